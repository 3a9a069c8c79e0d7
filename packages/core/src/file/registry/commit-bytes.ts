import { LONGEST_COMMIT_BYTES } from '../../chain/registry-commit.ts';
import { readPlainFile } from '../system/plain-file.ts';

/** The bytes of the file of a commit. @throws the system's error, as `readPlainFile` */
export function readCommitBytes(path: string): Buffer {
  return readPlainFile(path, LONGEST_COMMIT_BYTES);
}
