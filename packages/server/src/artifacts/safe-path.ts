import { assertArtifactPath, isTidemarkError } from '@tidemark/core';
import { invalidParameter } from '../wire/wire-error.ts';

/**
 * Checks a path that a client gave by the rule that every store has (`assertArtifactPath`), and answers a
 * bad one in MLflow's words. The address or the message was decoded once; a percent sign that is left is a
 * character of the name, and nothing behind this decodes it again. Slashes at the end go; `''` is the root.
 * @throws WireError `Invalid path` (400)
 */
export function safePath(path: string): string {
  if (path === '') return '';
  try {
    return assertArtifactPath(path.replace(/\/+$/, ''));
  } catch (error) {
    if (isTidemarkError(error, 'ARTIFACT_PATH_UNSAFE'))
      throw invalidParameter('Invalid path', error);
    throw error;
  }
}
