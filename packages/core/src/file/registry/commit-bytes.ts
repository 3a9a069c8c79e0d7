import { LONGEST_COMMIT_BYTES } from '../../chain/registry-commit.ts';
import { readPlainFile } from '../system/plain-file.ts';

/** Returns the bytes of the file of a commit. @throws the errors of `readPlainFile` */
export function readCommitBytes(path: string): Buffer {
  return readPlainFile(path, LONGEST_COMMIT_BYTES);
}
