import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { openFileStore } from '../file/file-store.ts';
import type { ExperimentId } from '../model/ids.ts';

async function startRenaming(folder: string, experimentId: ExperimentId) {
  const script = await bundleScript(new URL('../testing/rename-each-line.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, experimentId], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  return {
    async renameTo(name: string): Promise<string> {
      child.stdin.write(`${name}\n`);
      return (await lines.next()).value;
    },
    async end(): Promise<void> {
      child.stdin.end();
      await closed;
    },
  };
}

it('only one of two experiments that two processes rename to one name at once gets it', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const draft = { creationTimeMs: 1 };
  const a = await store.createExperiment({ ...draft, name: 'a' });
  const b = await store.createExperiment({ ...draft, name: 'b' });
  const processes = await Promise.all(
    [a, b].map(({ experimentId }) => startRenaming(folder, experimentId)),
  );
  for (let round = 0; round < 40; round += 1) {
    const name = `wanted ${round}`;
    const outcomes = await Promise.all(processes.map((one) => one.renameTo(name)));
    expect(outcomes.sort(), name).toEqual(['EXPERIMENT_EXISTS', 'done']);
    const names = (await store.experiments()).map((experiment) => experiment.name);
    expect(
      names.filter((each) => each === name),
      name,
    ).toHaveLength(1);
  }
  await Promise.all(processes.map((one) => one.end()));
});
