/** A place in a store that could not be read. Everything around it was. */
export interface StoreDamage {
  /** Relative to the store's folder. */
  readonly file: string;
  /** Byte of the file at which the damage begins. */
  readonly offset: number;
  readonly reason: string;
  /** `true` when nothing is broken: a newer version wrote what is not understood here. */
  readonly isForeign?: true;
}
