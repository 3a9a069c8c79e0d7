import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Why tests that need data of other systems are skipped where it is absent. */
export const NO_FIXTURES =
  'the fixtures of other systems are not next to this checkout (TIDEMARK_SHARED)';

/** A folder of data that other systems wrote; `undefined` where it is absent. */
export function sharedFixture(...path: string[]): string | undefined {
  const shared = process.env.TIDEMARK_SHARED;
  if (shared === undefined) return undefined;
  const place = join(shared, 'fixtures', ...path);
  return existsSync(place) ? place : undefined;
}
