import { DEFAULT_EXPERIMENT_ID, MemoryStore, type RunId, type StoreEvent } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { decodeBucketFrame, openRestStore } from '@tidemark/mlflow';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { serve } from '../testing/serve.ts';

const PATH = '/api/tidemark/metric-buckets';
const DRAFT = { experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 };

function points(run: RunId, from: number, to: number): StoreEvent {
  const steps = Array.from({ length: to - from }, (_, index) => from + index);
  const values = steps.map((step) => (step === 77 ? 99 : 1 / (step + 1)));
  return { kind: 'metric-series', run, timeMs: 5, key: 'loss', steps, values };
}

async function served() {
  const store = openFileStore(temporaryFolder());
  const [{ runId }, { runId: other }] = [
    await store.createRun(DRAFT),
    await store.createRun(DRAFT),
  ];
  await store.append([points(runId, 0, 1000), points(other, 0, 10)]);
  const client = await serve({ store });
  const ask = async (since = '', key = 'loss') => {
    const query = `run_ids=${runId}&run_ids=${other}&metric_key=${key}&count=10`;
    const answer = await client.fetch(`${PATH}?${query}${since && `&since=${since}`}`);
    if (answer.status !== 200) return { status: answer.status, runs: [], cursor: since };
    expect(answer.headers.get('content-type')).toBe('application/vnd.tidemark.buckets');
    const frame = decodeBucketFrame(new Uint8Array(await answer.arrayBuffer()));
    return { status: 200, ...frame };
  };
  return { store, client, ask, runId, other };
}

describe('buckets for charts', () => {
  it('show the spikes of many runs in one answer', async () => {
    const { ask } = await served();
    const { runs } = await ask();
    expect(runs.map((run) => run?.counts.length)).toEqual([10, 10]);
    expect(runs[0]?.max.values[0]).toBe(99);
    expect(runs[0]?.max.steps[0]).toBe(77);
  });

  it('are not sent again while nothing is written, and then only those that changed', async () => {
    const { store, ask, runId, other } = await served();
    const first = await ask();
    expect(await ask(first.cursor)).toMatchObject({ status: 204 });
    await store.append([{ kind: 'tags', run: runId, tags: { a: 'b' } }]);
    const unchanged = await ask(first.cursor);
    expect(unchanged.runs).toEqual([undefined, undefined]);
    expect(await ask(unchanged.cursor)).toMatchObject({ status: 204 });
    await store.append([points(other, 10, 11)]);
    const changed = await ask(unchanged.cursor);
    expect(changed.runs.map((run) => run?.counts.length)).toEqual([undefined, 10]);
    expect(changed.runs[1]?.last.steps.at(-1)).toBe(10);
    // The cursor of another request, and a text that is not a cursor.
    expect((await ask(first.cursor, 'acc')).runs.map((run) => run?.counts.length)).toEqual([0, 0]);
    expect((await ask('x')).runs).toHaveLength(2);
  });

  it('of a store without marks say which runs changed', async () => {
    const store = new MemoryStore();
    const { runId } = await store.createRun(DRAFT);
    await store.append([points(runId, 0, 5)]);
    Object.defineProperty(store, 'eventMark', { value: undefined });
    const client = await serve({ store });
    const url = `${PATH}?run_ids=${runId}&metric_key=loss&count=2`;
    const bytes = new Uint8Array(await (await client.fetch(url)).arrayBuffer());
    const again = await client.fetch(`${url}&since=${decodeBucketFrame(bytes).cursor}`);
    expect(again.status).toBe(200);
    expect(decodeBucketFrame(new Uint8Array(await again.arrayBuffer())).runs).toEqual([undefined]);
  });

  it('are those of the store for a client of the server, in several requests for many runs', async () => {
    const { store, client, runId, other } = await served();
    const remote = openRestStore({
      uri: 'http://server.test',
      fetch: (input, init) => client.fetch(String(input).slice('http://server.test'.length), init),
    });
    const missing = 'f'.repeat(32) as RunId;
    const runs = [runId, missing, ...Array.from({ length: 150 }, () => other)];
    const options = { count: 7, firstStep: 3, lastStep: 700 };
    expect(await remote.bucketColumnsOf(runs, 'loss', options)).toEqual(
      await store.bucketColumnsOf(runs, 'loss', options),
    );
    await remote.close();
  });

  it.each([
    'metric_key=loss&count=10',
    'run_ids=a&count=10',
    'run_ids=a&metric_key=loss',
    'run_ids=a&metric_key=loss&count=0',
    'run_ids=a&metric_key=loss&count=1e9',
    `metric_key=loss&count=1${'&run_ids=a'.repeat(101)}`,
  ])('are refused for %s', async (query) => {
    const { client } = await served();
    expect((await client.fetch(`${PATH}?${query}`)).status).toBe(400);
  });
});
