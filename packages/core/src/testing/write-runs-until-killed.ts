import { openSync, writeSync } from 'node:fs';
import { type FileStoreOptions, openFileStore } from '../file/file-store.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';

/**
 * A process for the crash test: writes points into three runs without end, ends and resumes them now and then, and
 * records each step once it is acknowledged.
 */
const args = process.argv.slice(2) as [string, string, string, string];
const [folder, acknowledgements, options, endEvery] = args;
const notes = openSync(acknowledgements, 'a');
const store = openFileStore(folder, JSON.parse(options) as FileStoreOptions);
const runs: RunId[] = [];
for (const name of ['a', 'b', 'c']) {
  const draft = { experimentId: '0' as ExperimentId, name, userId: '', startTimeMs: 1 };
  runs.push((await store.createRun(draft)).runId);
}
writeSync(notes, `${runs.join(' ')}\n`);
writeSync(1, 'writing\n');
for (let step = 0; ; step += 1) {
  for (const [index, run] of runs.entries()) {
    await store.append([{ kind: 'metrics', run, timeMs: 1, step, metrics: { value: step } }]);
    writeSync(notes, `${index} ${step}\n`);
    if ((step + index + 1) % Number(endEvery) !== 0) continue;
    await store.append([{ kind: 'run-updated', run, status: 'FINISHED', endTimeMs: step }]);
    await store.append([{ kind: 'run-updated', run, status: 'RUNNING' }]);
  }
}
