/** One entry of a folder. A link that leaves the store, or that names a folder, is a `link`. */
export interface MlrunsEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** The size of a file in bytes. */
  readonly sizeBytes?: number;
}

/**
 * The files of an MLflow file store, wherever they are. Paths are relative to its folder, with `/` between names; the
 * empty path is the folder itself. A path that cannot be read, or leads through a link, fails with a TidemarkError
 * (READ_FAILED).
 */
export interface MlrunsFiles {
  /** Lists a folder, in any order. A missing folder is empty. */
  list(path: string): Promise<readonly MlrunsEntry[]>;
  /** Reads a file as text. It fails when the file cannot be read or is not UTF-8. */
  readText(path: string): Promise<string>;
  /** Reads the bytes of a file, in pieces. */
  open(path: string): AsyncIterable<Uint8Array>;
}
