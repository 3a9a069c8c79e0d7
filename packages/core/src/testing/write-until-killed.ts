import { openSync, writeSync } from 'node:fs';
import { openFileStore } from '../file/file-store.ts';
import type { ExperimentId } from '../model/ids.ts';

/** A process for the crash test: writes points without end, and records each step when it is acknowledged. */
const [folder, acknowledgements] = process.argv.slice(2) as [string, string];
const notes = openSync(acknowledgements, 'a');
const store = openFileStore(folder);
const { runId } = await store.createRun({
  experimentId: '0' as ExperimentId,
  name: 'killed',
  userId: '',
  startTimeMs: 1,
});
writeSync(notes, `${runId}\n`);
for (let step = 0; ; step += 1) {
  const metrics = { value: step };
  await store.append([{ kind: 'metrics', run: runId, timeMs: step, step, metrics }]);
  writeSync(notes, `${step}\n`);
  if (step === 0) process.stdout.write('writing\n');
}
