import { once } from 'node:events';
import { openFileStore } from '../src/file/file-store.ts';
import { planMetrics, type RunId } from '../src/index.ts';
import { commitChanges } from '../src/registry/commit-changes.ts';

/**
 * A process for the benchmark of races: says when it is ready, waits for a line, then commits to one model (or
 * logs to one run) for so long, and prints how it fared.
 */
const [folder, what, forMs, run] = process.argv.slice(2) as [string, string, string, RunId];
const store = openFileStore(folder);
const by = { name: `process ${process.pid}`, authenticated: false };
let attempts = 0;

async function commitTo(name: string): Promise<void> {
  await commitChanges(store, name, by, (entry, { lastVersion }) => {
    attempts += 1;
    const version = lastVersion + 1;
    return [
      ...(entry === undefined ? [{ kind: 'model-created', description: '' } as const] : []),
      { kind: 'version-created', version, source: 'models:/m-bench', description: '' },
    ];
  });
}

async function logTo(): Promise<void> {
  attempts += 1;
  await store.append([planMetrics(run, { loss: attempts }, { step: attempts })]);
  await store.append([{ kind: 'tags', run, tags: { [`by-${process.pid}`]: String(attempts) } }]);
  await store.runs({ runIds: [run] });
}

const act = what === 'run' ? logTo : () => commitTo('raced');
// What is measured is not the compiling of the code.
for (let round = 0; round < 20; round += 1) {
  await (what === 'run' ? logTo() : commitTo(`own-${process.pid}`));
}
await store.registry.read('raced');
process.stdout.write('ready\n');
await once(process.stdin, 'data');
attempts = 0;
const before = process.cpuUsage();
const endMs = performance.now() + Number(forMs);
const waits: number[] = [];
while (performance.now() < endMs) {
  const startMs = performance.now();
  await act();
  waits.push(performance.now() - startMs);
}
const { user, system } = process.cpuUsage(before);
await store.close();
const figures = { commits: waits.length, attempts, cpuMs: (user + system) / 1000, waits };
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
