/** Where a registered model's chain of commits ends: what a commit must follow. */
export interface RegistryHead {
  readonly number: number;
  /** `sha256:` and 64 hexadecimal digits; of the whole last commit. */
  readonly hash: string;
}
