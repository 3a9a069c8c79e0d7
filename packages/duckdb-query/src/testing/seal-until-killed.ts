import { promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { sealStore } from '../lake/seal-store.ts';

/**
 * A process for tests of crashes: seals a store, and is killed before the n-th change of files. The change is not made, nor
 * is anything after it. If the seal ends before, the process prints how many changes it made.
 */
const [folder, count] = process.argv.slice(2) as [string, string];
let left = Number(count);
const CHANGES = ['link', 'mkdir', 'open', 'rename', 'rm', 'writeFile'] as const;
for (const name of CHANGES) {
  const original = promises[name] as (...args: unknown[]) => Promise<unknown>;
  Object.assign(promises, {
    [name]: (...args: unknown[]) => {
      // Of the files that are opened, only new ones are changes.
      if (name !== 'open' || args[1] === 'wx') {
        if (left === 0) process.kill(process.pid, 'SIGKILL');
        left -= 1;
      }
      return original.apply(promises, args);
    },
  });
}
syncBuiltinESMExports();
await sealStore({ store: folder });
process.stdout.write(String(Number(count) - left));
