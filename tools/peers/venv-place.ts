import { createHash } from 'node:crypto';
import { join } from 'node:path';

/**
 * The folder of the virtual environment that holds `requirements` for this Python: another text or
 * another Python gives another folder, so that one that exists is never out of date.
 */
export function venvPlace(
  requirements: string,
  pythonVersion: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const cache = environment.XDG_CACHE_HOME || join(environment.HOME ?? '', '.cache');
  const hash = createHash('sha256').update(`${pythonVersion}\n${requirements}`).digest('hex');
  return join(cache, 'tidemark', `peers-${hash.slice(0, 16)}`);
}
