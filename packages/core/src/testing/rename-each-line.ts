import { isTidemarkError } from '../errors.ts';
import { openFileStore } from '../file/file-store.ts';
import type { ExperimentId } from '../model/ids.ts';
import { renameExperiment } from '../tracking/rename-experiment.ts';

// Renames an experiment to each name that it reads, and prints the result of each:
// `<store> <experiment>`, then one name on each line.
const [, , folder = '', id = ''] = process.argv;
const store = openFileStore(folder);
await store.experiments();
process.stdout.write('ready\n');
let rest = '';
for await (const chunk of process.stdin) {
  const lines = (rest + String(chunk)).split('\n');
  rest = lines.pop() ?? '';
  for (const name of lines) process.stdout.write(`${await outcome(name)}\n`);
}
await store.close();

async function outcome(name: string): Promise<string> {
  try {
    await renameExperiment(store, id as ExperimentId, name);
    return 'done';
  } catch (error) {
    if (!isTidemarkError(error)) throw error;
    return error.code;
  }
}
