/** One entry of a folder. A link that leaves the store, or leads to a folder, is a `link`. */
export interface MlrunsEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Of a file. */
  readonly sizeBytes?: number;
}

/**
 * The files of an MLflow file store, wherever they are. Paths are relative to its folder, with `/` between names; the
 * empty path is the folder itself. A path that cannot be read, or leads through a link, fails with a TidemarkError
 * (READ_FAILED).
 */
export interface MlrunsFiles {
  /** The entries of a folder, in any order; empty when there is no such folder. */
  list(path: string): Promise<readonly MlrunsEntry[]>;
  /** The text of a file. Fails when it cannot be read or is not UTF-8. */
  readText(path: string): Promise<string>;
  /** The bytes of a file, in pieces. */
  open(path: string): AsyncIterable<Uint8Array>;
}
