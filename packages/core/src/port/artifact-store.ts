import type { ArtifactEntry, ArtifactFile, ArtifactOwner } from '../model/artifact.ts';

/** Bytes to be stored: whole, or as they come (a 5 GB file needs no 5 GB of memory). */
export type ArtifactContent = Uint8Array | AsyncIterable<Uint8Array>;

/** The files of runs and logged models. Paths are checked by every method. */
export interface ArtifactStore {
  /**
   * Writes one file whole or not at all, in place of what was there, and says what was written. The
   * caller appends the `artifact` event that records it.
   * @throws ARTIFACT_PATH_UNSAFE, WRITE_FAILED
   */
  write(owner: ArtifactOwner, path: string, content: ArtifactContent): Promise<ArtifactFile>;
  /**
   * Writes a file of this machine, sharing its blocks where the file system can. A capability of stores
   * that lie on this machine's disks; elsewhere give its bytes to `write`.
   * @throws ARTIFACT_NOT_FOUND, ARTIFACT_PATH_UNSAFE when `localPath` is no regular file; WRITE_FAILED
   */
  writeLocalFile?(owner: ArtifactOwner, path: string, localPath: string): Promise<ArtifactFile>;
  /**
   * Writes a small file before it returns, for a process that is ending and can wait for nothing. A
   * capability: a store behind a network has none.
   * @throws ARTIFACT_PATH_UNSAFE, WRITE_FAILED
   */
  writeSync?(owner: ArtifactOwner, path: string, content: Uint8Array): ArtifactFile;
  /** @throws ARTIFACT_PATH_UNSAFE; ARTIFACT_NOT_FOUND once iteration begins */
  read(owner: ArtifactOwner, path: string): AsyncIterable<Uint8Array>;
  /**
   * As `read`, from a byte on (0 is the first; none behind the end): a capability of stores that need not read
   * what lies before it.
   */
  readFrom?(owner: ArtifactOwner, path: string, firstByte: number): AsyncIterable<Uint8Array>;
  /**
   * Removes one file, or a folder with all below it, or without a path everything of the owner. What is
   * not there is no error. The caller records that it is gone. A capability: a store that cannot leaves it.
   * @throws ARTIFACT_PATH_UNSAFE, WRITE_FAILED
   */
  remove?(owner: ArtifactOwner, path?: string): Promise<void>;
  /** The entries of one folder (the root without a path), sorted by path; empty when there is none. */
  list(owner: ArtifactOwner, path?: string): Promise<ArtifactEntry[]>;
}
