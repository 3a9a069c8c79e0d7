import { type AuthFile, readAuthFile, writeAuthFile } from '@tidemark/server';
import type { AuthFileOption } from './auth-options.ts';

/** Reads the file, and writes what is planned of it. @throws AUTH_FILE_INVALID and what the plan throws */
export function changeAuthFile(
  { file: path }: AuthFileOption,
  plan: (file: AuthFile) => AuthFile,
): void {
  writeAuthFile(path, plan(readAuthFile(path)));
}
