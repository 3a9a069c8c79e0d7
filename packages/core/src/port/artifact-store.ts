import type { ArtifactEntry, ArtifactFile, ArtifactOwner } from '../model/artifact.ts';

/** Bytes to store: in one array, or as a stream, so that a file of 5 GB does not need 5 GB of memory. */
export type ArtifactContent = Uint8Array | AsyncIterable<Uint8Array>;

/** The files of runs and logged models. Paths are checked by every method. */
export interface ArtifactStore {
  /**
   * Writes one file whole or not at all, in place of an earlier one. Returns its record, which the caller appends as
   * an `artifact` event.
   * @throws ARTIFACT_PATH_UNSAFE, WRITE_FAILED
   */
  write(owner: ArtifactOwner, path: string, content: ArtifactContent): Promise<ArtifactFile>;
  /**
   * Writes a file of this machine, and shares its blocks if the file system supports that. A capability of stores on
   * this machine's disks; on other stores, pass the bytes to `write`. @throws ARTIFACT_NOT_FOUND,
   * ARTIFACT_PATH_UNSAFE if `localPath` is not a regular file; WRITE_FAILED
   */
  writeLocalFile?(owner: ArtifactOwner, path: string, localPath: string): Promise<ArtifactFile>;
  /**
   * Writes a small file synchronously, for a process that is ending and cannot wait. A capability: a store at a
   * server does not have it.
   * @throws ARTIFACT_PATH_UNSAFE, WRITE_FAILED
   */
  writeSync?(owner: ArtifactOwner, path: string, content: Uint8Array): ArtifactFile;
  /** Reads the bytes of a file. @throws ARTIFACT_PATH_UNSAFE; ARTIFACT_NOT_FOUND when iteration begins */
  read(owner: ArtifactOwner, path: string): AsyncIterable<Uint8Array>;
  /**
   * Reads a file like `read`, but begins at a byte (0 is the first; yields nothing after the end). A capability of stores
   * that need not read the bytes before it.
   */
  readFrom?(owner: ArtifactOwner, path: string, firstByte: number): AsyncIterable<Uint8Array>;
  /**
   * Removes one file, or a folder with everything in it; without a path everything of the owner. Does nothing if
   * there is no such file. The caller records the removal. A capability: stores that cannot remove files do not have
   * it.
   * @throws ARTIFACT_PATH_UNSAFE, WRITE_FAILED
   */
  remove?(owner: ArtifactOwner, path?: string): Promise<void>;
  /**
   * Returns the entries of one folder (without a path: the root), sorted by path; empty if there is no such folder.
   */
  list(owner: ArtifactOwner, path?: string): Promise<ArtifactEntry[]>;
  /**
   * Returns the address of the owner's folder, under which this store gives its files out. A capability of stores that
   * give out addresses of artifacts.
   */
  location?(owner: ArtifactOwner): Promise<string | undefined>;
}
