import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_24 = fileURLToPath(
  new URL('../../../tools/node24/node_modules/node24/bin/node', import.meta.url),
);

/**
 * Microseconds for each point, or for each small run, in `node:sqlite` under Node 24; `undefined`, and
 * said, where Node 24 is not installed.
 */
export function sqliteReference(
  subject: 'points' | 'runs',
  folder: string,
  count: number,
): number | undefined {
  if (!existsSync(NODE_24)) {
    console.log('without node:sqlite: install Node 24 with npm ci --prefix tools/node24');
    return undefined;
  }
  const script = fileURLToPath(new URL('write-sqlite.ts', import.meta.url));
  const file = join(folder, `${subject}.sqlite`);
  const args = ['--no-warnings', script, subject, file, String(count)];
  return Number(execFileSync(NODE_24, args, { encoding: 'utf8' }));
}
