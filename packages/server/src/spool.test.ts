import { copyStore, type ExperimentId, type Store, withSpool } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { openRestStore } from '@tidemark/mlflow';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { createServer } from './index.ts';

/** A server that can go away and come back at the same address. */
async function moodyServer(): Promise<{
  uri: string;
  store: Store;
  goAway: () => Promise<void>;
  comeBack: () => Promise<void>;
}> {
  const store = openFileStore(temporaryFolder());
  let server = await createServer({ store });
  const uri = await server.listen({ port: 0 });
  onTestFinished(() => server.close());
  return {
    uri,
    store,
    goAway: () => server.close(),
    comeBack: async () => {
      server = await createServer({ store });
      await server.listen({ port: Number(new URL(uri).port) });
    },
  };
}

const EXPERIMENT = '0' as ExperimentId;

it('a run continues in the spool while the server is unreachable, and is copied to the server afterwards', async () => {
  const { uri, store, goAway, comeBack } = await moodyServer();
  const folder = temporaryFolder();
  const away: string[] = [];
  const client = withSpool(openRestStore({ uri, retries: 0 }), {
    openSpool: () => openFileStore(folder),
    onAway: (error) => away.push(error.code),
  });
  await client.experiments();
  const draft = { experimentId: EXPERIMENT, name: 'long', userId: 'ada', startTimeMs: 1 };
  const run = (await client.createRun(draft)).runId;
  const metric = (step: number) =>
    client.append([{ kind: 'metrics', run, timeMs: step, step, metrics: { loss: 1 / step } }]);
  await metric(1);
  await client.append([{ kind: 'params', run, params: { lr: '0.1' } }]);

  await goAway();
  await metric(2);
  const owner = { kind: 'run', experimentId: EXPERIMENT, runId: run } as const;
  const file = await client.artifacts.write(owner, 'a.txt', new TextEncoder().encode('offline'));
  await client.append([{ kind: 'artifact', owner: { run }, file }]);
  const other = await client.createExperiment({ name: 'born offline', creationTimeMs: 1 });
  const born = await client.createRun({ ...draft, experimentId: other.experimentId, name: 'b' });
  await client.append([{ kind: 'run-updated', run: born.runId, status: 'FAILED', endTimeMs: 5 }]);
  expect(away).toEqual(['SERVER_UNREACHABLE']);

  await comeBack();
  // The run is still in the spool, so that its parts stay together.
  await metric(3);
  await client.append([{ kind: 'run-updated', run, status: 'FINISHED', endTimeMs: 9 }]);
  expect((await store.runs({ runIds: [run] }))[0]).toMatchObject({ status: 'RUNNING' });
  await client.close();

  const spool = openFileStore(folder);
  const report = await copyStore(spool, openRestStore({ uri }));
  expect(report.problems).toEqual([]);
  const [synced] = await store.runs({ runIds: [run] });
  expect(synced).toMatchObject({ status: 'FINISHED', endTimeMs: 9, params: { lr: '0.1' } });
  expect(synced?.artifacts).toEqual([file]);
  const history = await store.metricHistory(run, 'loss');
  expect(history.map(({ step }) => step)).toEqual([1, 2, 3]);
  const [bornThere] = await store.runs({ runIds: [born.runId] });
  expect(bornThere).toMatchObject({ name: 'b', status: 'FAILED' });
  const experiments = await store.experiments();
  expect(experiments.map(({ name }) => name)).toContain('born offline');
  const again = await copyStore(spool, openRestStore({ uri }));
  expect(again.copied).toMatchObject({ runs: 0, metricPoints: 0, artifacts: 0 });
  await spool.close();
});

it('a run starts in the spool if the server was never reachable', async () => {
  const { uri, store, goAway, comeBack } = await moodyServer();
  await goAway();
  const spool = openFileStore(temporaryFolder());
  const client = withSpool(openRestStore({ uri, retries: 0 }), { openSpool: () => spool });
  const [experiment] = await client.experiments();
  const experimentId = experiment?.experimentId as ExperimentId;
  const { runId } = await client.createRun({ experimentId, name: 'r', userId: '', startTimeMs: 1 });
  await client.append([{ kind: 'tags', run: runId, tags: { note: 'x' } }]);
  await comeBack();
  await copyStore(spool, openRestStore({ uri }));
  expect((await store.runs({ runIds: [runId] }))[0]?.tags).toMatchObject({ note: 'x' });
  await client.close();
});

it('a write to a run that the spool does not have is refused, because it could not be synced', async () => {
  const { uri, store, goAway } = await moodyServer();
  const draft = { experimentId: EXPERIMENT, name: 'r', userId: '', startTimeMs: 1 };
  const { runId: run } = await store.createRun(draft);
  const spool = openFileStore(temporaryFolder());
  const client = withSpool(openRestStore({ uri, retries: 0 }), { openSpool: () => spool });
  await goAway();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await expect(client.append([{ kind: 'tags', run, tags: { note: 'x' } }])).rejects.toMatchObject(
      { code: 'SERVER_UNREACHABLE' },
    );
  }
  // A run that starts here can continue.
  const { runId: own } = await client.createRun({ ...draft, name: 'own' });
  await client.append([{ kind: 'tags', run: own, tags: { note: 'x' } }]);
  expect(await spool.runs({})).toMatchObject([{ name: 'own', tags: { note: 'x' } }]);
  await client.close();
});
