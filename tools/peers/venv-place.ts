import { createHash } from 'node:crypto';
import { join } from 'node:path';

/**
 * The folder of the virtual environment with `requirements` for this Python. Other requirements or
 * another Python give another folder, so an existing one is never out of date.
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
