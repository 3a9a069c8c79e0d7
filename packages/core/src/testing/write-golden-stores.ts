import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileStore } from '../file/file-store.ts';
import { GOLDEN_CASES } from './golden-cases.ts';
import { plainJson, wholeState } from './store-state.ts';

// Writes the golden stores that do not exist yet, and never overwrites one. From the repository's root:
//   node --import tsx --conditions=@tidemark/source packages/core/src/testing/write-golden-stores.ts
const root = fileURLToPath(new URL('../../fixtures/format-2/', import.meta.url));
for (const [name, write] of Object.entries(GOLDEN_CASES)) {
  const place = join(root, name);
  if (existsSync(place)) continue;
  mkdirSync(place, { recursive: true });
  const folder = join(place, 'store');
  await write(folder);
  rmSync(join(folder, 'index'), { recursive: true, force: true });
  const store = openFileStore(folder, { index: 'off' });
  const expected = plainJson(await wholeState(store));
  await store.close();
  writeFileSync(join(place, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
  process.stdout.write(`wrote ${name}\n`);
}
