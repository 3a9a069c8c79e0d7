import { assertArtifactPath, isTidemarkError } from '@tidemark/core';
import { invalidParameter } from '../wire/wire-error.ts';

/** How often a path is decoded to see what a careless reader further on might make of it. */
const DECODINGS = 3;

/**
 * Checks a path that a client gave, in MLflow's words: relative, without `..`, backslash, `#` or control
 * character, however often it was encoded. `''` is the root.
 * @throws WireError `Invalid path` (400)
 */
export function safePath(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '' && path === '') return '';
  let decoded = trimmed;
  for (let round = 0; round <= DECODINGS; round += 1) {
    if (isUnsafe(decoded)) throw invalidParameter('Invalid path');
    const next = decodeOrKeep(decoded);
    if (next === decoded) break;
    decoded = next;
  }
  try {
    return assertArtifactPath(trimmed);
  } catch (error) {
    if (isTidemarkError(error, 'ARTIFACT_PATH_UNSAFE'))
      throw invalidParameter('Invalid path', error);
    throw error;
  }
}

function isUnsafe(path: string): boolean {
  return (
    path === '' ||
    path.startsWith('/') ||
    /[#\\\0]/.test(path) ||
    /^[a-z][a-z0-9+.-]*:\//i.test(path) ||
    path.split('/').includes('..')
  );
}

function decodeOrKeep(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
