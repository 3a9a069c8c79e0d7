import { assertArtifactPath, isTidemarkError } from '@tidemark/core';
import { invalidParameter } from '../wire/wire-error.ts';

/**
 * Checks a path from a client with `assertArtifactPath`, the rule of every store, and answers a bad path in
 * MLflow's words. The address or the message was decoded once already. A remaining percent sign is a
 * character of the name, and nothing decodes it again. Slashes at the end are removed; `''` is the root.
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
