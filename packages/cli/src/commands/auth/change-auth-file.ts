import { type AuthFile, readAuthFile, writeAuthFile } from '@tidemark/server';
import type { AuthFileOption } from './auth-options.ts';

/** Reads the file, and writes the result of the change. @throws AUTH_FILE_INVALID, and the errors of the change */
export function changeAuthFile(
  { file: path }: AuthFileOption,
  plan: (file: AuthFile) => AuthFile,
): void {
  writeAuthFile(path, plan(readAuthFile(path)));
}
