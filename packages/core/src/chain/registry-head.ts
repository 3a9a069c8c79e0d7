/** The last commit of a registered model's chain, which the next commit must follow. */
export interface RegistryHead {
  readonly number: number;
  /** `sha256:` and 64 hexadecimal digits: the hash of the whole last commit. */
  readonly hash: string;
}
