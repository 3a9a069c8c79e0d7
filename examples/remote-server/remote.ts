import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  openModel,
  openStore,
  registerModel,
  setModelAlias,
  startRun,
  transitionModelStage,
} from '@tidemark/client';
import { ensureExperiment, type LoggedModel, searchRuns } from '@tidemark/core';
import { readPenguins } from '@tidemark-examples/penguins/data';

// A server for the folder ./tidemark, on any free port. It prints its address when it is ready.
const server = spawn(
  process.execPath,
  [
    ...process.execArgv,
    fileURLToPath(new URL('serve.ts', import.meta.url)),
    ...['--store', './tidemark', '--port', '0'],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const ended = once(server, 'exit');

try {
  const uri = await addressOf(createInterface(server.stdout));
  console.log(`The server is at ${uri}`);

  // The rest does not know the folder, so it could run on another machine.
  const store = await openStore(uri);
  const penguins = await readPenguins();
  const models = new Map<string, LoggedModel>();
  for (const thresholdG of [4000, 4500, 5000]) {
    const options = { store, experiment: 'gentoo', name: `above ${thresholdG} g` };
    await startRun(options, async (run) => {
      await run.logParams({ thresholdG });
      const right = penguins.filter(
        (penguin) => penguin['Body Mass (g)'] > thresholdG === penguin.Species.startsWith('Gentoo'),
      );
      await run.logMetrics({ accuracy: right.length / penguins.length });
      const content = new TextEncoder().encode(JSON.stringify({ thresholdG }));
      const files = () => [{ path: 'rule.json', content }];
      models.set(run.runId, await run.logModel({ name: 'rule', files }));
    });
  }

  // The server searches, and sends only the result.
  const { experimentId } = await ensureExperiment(store, 'gentoo');
  const { runs } = await searchRuns(store, {
    experimentIds: [experimentId],
    filter: 'metrics.accuracy > 0.5',
    orderBy: ['metrics.accuracy DESC'],
    maxResults: 1,
  });
  const [best] = runs;
  const model = best && models.get(best.runId);
  if (best === undefined || model === undefined) throw new Error('No rule is any good.');
  console.log(`${best.name}: accuracy ${best.metrics.accuracy?.value.toFixed(3)}`);

  const { version } = await registerModel({ store, name: 'gentoo', model });
  await setModelAlias({ store, name: 'gentoo', alias: 'champion', version });
  await transitionModelStage({ store, name: 'gentoo', version, stage: 'Production' });
  const { read } = await openModel('models:/gentoo/Production', { store });
  console.log(`models:/gentoo/Production is ${new TextDecoder().decode(await read('rule.json'))}`);
  await store.close();
} finally {
  // The server finishes what it accepted, and closes the store.
  server.kill('SIGTERM');
  await ended;
}

// The folder now has everything that the server received.
const folder = await openStore('./tidemark', { mustExist: true });
console.log(`./tidemark has ${(await folder.runs({})).length} runs`);

async function addressOf(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [address] = /http:\/\/\S+/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('The server ended before it was ready.');
}
