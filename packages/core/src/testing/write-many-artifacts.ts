import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFileStore } from '../file/file-store.ts';
import type { ExperimentId } from '../model/ids.ts';

// Writes many artifacts at once, of bytes and of local files, and prints how many exist afterwards.
const [base = ''] = process.argv.slice(2);
const COUNT = 300;

const local = join(base, 'local.txt');
writeFileSync(local, 'a local file');
const store = openFileStore(join(base, 'store'));
const experimentId = '0' as ExperimentId;
const draft = { experimentId, userId: '', startTimeMs: 1, name: 'many' };
const { runId } = await store.createRun(draft);
const owner = { kind: 'run', experimentId, runId } as const;
const content = new TextEncoder().encode('bytes');
await Promise.all(
  Array.from({ length: COUNT }, (_, number) =>
    number % 2 === 0
      ? store.artifacts.write(owner, `a/${number}.txt`, content)
      : store.artifacts.writeLocalFile?.(owner, `a/${number}.txt`, local),
  ),
);
const listed = await store.artifacts.list(owner, 'a');
await store.close();
process.stdout.write(JSON.stringify({ listed: listed.length }));
