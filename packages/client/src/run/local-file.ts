/** A file of this machine that becomes an artifact. */
export interface LocalFile {
  /** Relative to the given path, with `/`. */
  readonly path: string;
  /** Its path on this machine. */
  readonly localPath: string;
  /** Opens the file and yields its bytes. */
  content(): AsyncIterable<Uint8Array>;
}

/** Finds the files at a path: the file itself, or all files of a folder. */
export type FindLocalFiles = (path: string | URL) => Promise<readonly LocalFile[]>;
