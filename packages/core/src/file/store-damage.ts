/** A place in a store that could not be read. Everything else was read. */
export interface StoreDamage {
  /** Relative to the store's folder. */
  readonly file: string;
  /** The byte at which the damage begins. */
  readonly offset: number;
  readonly reason: string;
  /** Set if it is not damage: a newer version wrote something that this version does not support. */
  readonly isForeign?: true;
}
