/** A file of the local machine that is to become an artifact. */
export interface LocalFile {
  /** Relative to what was asked for, with `/`. */
  readonly path: string;
  /** Its path on this machine. */
  readonly localPath: string;
  /** Opens it and gives its bytes. */
  content(): AsyncIterable<Uint8Array>;
}

/** Finds the files at a path: one, or all those of a folder. */
export type FindLocalFiles = (path: string | URL) => Promise<readonly LocalFile[]>;
