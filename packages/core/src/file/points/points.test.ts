import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoreEvent } from '../../events/store-event.ts';
import { DEFAULT_EXPERIMENT_ID, type LoggedModelId, type RunId } from '../../model/ids.ts';
import type { MetricPoint } from '../../model/metric.ts';
import type { MetricBucket } from '../../model/metric-bucket.ts';
import type { Store } from '../../port/store.ts';
import { historiesOfColumns } from '../../testing/histories-of-columns.ts';
import { bucketPoints, metricBucketsOf } from '../../tracking/bucket-history.ts';
import { purge } from '../../tracking/purge.ts';
import { openFileStore } from '../file-store.ts';
import { collectGarbage } from '../gc/collect-garbage.ts';
import { planGarbage } from '../gc/plan-garbage.ts';
import { refreshIndex } from '../refresh-index.ts';
import { inspectStoreFolder } from '../store-file.ts';
import { makePoints } from './make-points.ts';
import { pointsFiles, StoredPoints } from './stored-points.ts';

const BY = { name: 'ada', authenticated: false } as const;
const RUNS = ['0'.repeat(32), 'a'.repeat(32), 'named-elsewhere'] as RunId[];
const MODELS = ['m-1', 'm-2'] as LoggedModelId[];
const KEYS = ['loss', 'acc', 'größe'];

const run = fc.constantFrom(...RUNS);
const key = fc.constantFrom(...KEYS);
const value = fc.oneof(
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.double(),
);
const small = fc.integer({ min: -3, max: 3 });
const subject = fc.record(
  {
    dataset: fc.record({ name: fc.constantFrom('train', 'eval'), digest: fc.constant('d') }),
    model: fc.constantFrom(...MODELS),
  },
  { requiredKeys: [] },
);
const event = fc.oneof(
  fc
    .tuple(run, fc.dictionary(key, value, { maxKeys: 3 }), small, small, subject)
    .map(
      ([id, metrics, step, time, of]) =>
        ({ kind: 'metrics', run: id, timeMs: 5 + time, step, metrics, ...of }) as StoreEvent,
    ),
  fc.tuple(run, key, fc.array(fc.tuple(small, small, value), { maxLength: 6 }), subject).map(
    ([id, name, points, of]) =>
      ({
        kind: 'metric-series',
        run: id,
        timeMs: 5,
        key: name,
        steps: points.map(([step]) => step),
        elapsedMs: points.map(([, elapsed]) => elapsed),
        values: points.map(([, , each]) => each),
        ...of,
      }) as StoreEvent,
  ),
);

async function createRuns(store: Store): Promise<void> {
  const draft = { experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 };
  for (const runId of RUNS) await store.createRun({ ...draft, runId });
}

async function answers(folder: string, index: 'auto' | 'off'): Promise<unknown> {
  const store = openFileStore(folder, { index });
  const histories: MetricPoint[][] = [];
  const columns = await historiesOfColumns(store);
  const buckets: MetricBucket[][] = [];
  for (const name of KEYS) {
    for (const id of RUNS) {
      const history = await store.metricHistory(id, name);
      histories.push(history);
      expect(columns?.get(`${id} ${name}`) ?? []).toEqual(history);
    }
    buckets.push(...(await metricBucketsOf(store, RUNS, name, { count: 7, firstStep: -2 })));
  }
  await store.close();
  // In the form in which stored points return them.
  const within = histories.map((points) =>
    bucketPoints(
      points.filter(({ step }) => step >= -2),
      7,
    ),
  );
  expect(buckets).toEqual(within);
  return { histories, buckets };
}

async function expectSame(folder: string): Promise<void> {
  expect(await answers(folder, 'auto')).toEqual(await answers(folder, 'off'));
}

/** A store with more points than a chunk has, from two processes that logged the same run, and parts of all of them. */
async function storeWithParts(): Promise<string> {
  const folder = join(temporaryFolder(), 'store');
  for (const writer of [0, 1]) {
    const store = openFileStore(folder);
    if (writer === 0) await createRuns(store);
    const events: StoreEvent[] = [];
    for (let step = 0; step < 1500; step += 1) {
      const [id, key] = [RUNS[step % 2] as RunId, step % 3 === 0 ? 'acc' : 'loss'];
      const metrics = { [key]: Math.sin(step) };
      events.push({ kind: 'metrics', run: id, timeMs: step * (1 + writer), step, metrics });
    }
    await store.append(events);
    await store.close();
  }
  expect(await refreshIndex(folder)).toBe(true);
  expect(pointsFiles(folder)).toHaveLength(1);
  return folder;
}

describe('parts of points', () => {
  it('give the same histories as the logs, also with later lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(event, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        async (writers) => {
          const folder = join(temporaryFolder(), 'store');
          for (const [index, events] of writers.entries()) {
            const store = openFileStore(folder);
            if (index === 0) await createRuns(store);
            await store.append(events);
            await store.close();
            if (index % 2 === 0) await refreshIndex(folder);
            await expectSame(folder);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('are made after reads of many points without them, and not after writes', async () => {
    const folder = join(temporaryFolder(), 'store');
    const writer = openFileStore(folder);
    await createRuns(writer);
    const [runId] = RUNS as [RunId];
    const steps = Array.from({ length: 60_000 }, (_, step) => step);
    const values = steps.map((step) => 1 / (step + 1));
    for (const key of KEYS) {
      await writer.append([{ kind: 'metric-series', run: runId, key, timeMs: 1, steps, values }]);
    }
    await writer.close();
    expect(pointsFiles(folder)).toEqual([]);
    const reader = openFileStore(folder);
    expect(await reader.metricHistory(runId, 'loss')).toHaveLength(steps.length);
    await reader.close();
    expect(pointsFiles(folder)).toHaveLength(1);
    const again = openFileStore(folder);
    expect((await again.metricHistory(runId, 'acc')).map(({ value }) => value)).toEqual(values);
    await again.close();
  });

  it('can have several chunks, and take in each line once', async () => {
    const folder = await storeWithParts();
    await expectSame(folder);
    expect(await refreshIndex(folder)).toBe(false);
    expect(pointsFiles(folder)).toHaveLength(1);
    const store = openFileStore(folder);
    const later = { kind: 'metrics', run: RUNS[0] as RunId, timeMs: 7, step: 7 } as const;
    await store.append([{ ...later, metrics: { loss: 7 } }]);
    await store.close();
    await expectSame(folder);
    expect(await refreshIndex(folder)).toBe(true);
    // The first part is small, so it was merged into the second.
    expect(pointsFiles(folder)).toHaveLength(1);
    await expectSame(folder);
    expect(await refreshIndex(folder)).toBe(false);
  });

  it('change no answer when they are damaged anywhere, torn, of another version or deleted', async () => {
    const folder = await storeWithParts();
    const [file] = pointsFiles(folder) as [string];
    const path = join(folder, 'index', file);
    const whole = readFileSync(path);
    const plain = await answers(folder, 'off');
    const tried: Buffer[] = [
      Buffer.alloc(0),
      whole.subarray(0, whole.length - 1),
      whole.subarray(0, 1000),
      Buffer.from(whole.toString('latin1').replace('"format":2', '"format":9'), 'latin1'),
    ];
    for (let place = 0; place < whole.length; place += Math.ceil(whole.length / 30)) {
      const bytes = Buffer.from(whole);
      bytes[place] = (bytes[place] as number) ^ 4;
      tried.push(bytes);
    }
    for (const bytes of tried) {
      writeFileSync(path, bytes);
      expect(await answers(folder, 'auto')).toEqual(plain);
    }
    rmSync(path);
    expect(await answers(folder, 'auto')).toEqual(plain);
  });

  it('are recreated from the logs if a part to merge is damaged', async () => {
    const folder = await storeWithParts();
    const [file] = pointsFiles(folder) as [string];
    const path = join(folder, 'index', file);
    const whole = readFileSync(path);
    const store = openFileStore(folder);
    const later = { kind: 'metrics', run: RUNS[0] as RunId, timeMs: 7, step: 7 } as const;
    await store.append([{ ...later, metrics: { loss: 7 } }]);
    await store.close();
    for (let place = 0; place < whole.length; place += Math.ceil(whole.length / 20)) {
      for (const other of pointsFiles(folder)) rmSync(join(folder, 'index', other));
      const bytes = Buffer.from(whole);
      bytes[place] = (bytes[place] as number) ^ 4;
      writeFileSync(path, bytes);
      await refreshIndex(folder);
      await expectSame(folder);
      const [made, ...others] = pointsFiles(folder).filter((each) => each !== file);
      expect(made).toBeDefined();
      expect(others).toEqual([]);
    }
  });

  it('are not used in another store, or for logs that were truncated', async () => {
    const folder = await storeWithParts();
    const other = await storeWithParts();
    const [file] = pointsFiles(folder) as [string];
    cpSync(join(folder, 'index', file), join(other, 'index', file));
    await expectSame(other);
    // A truncated log: without its last point, and shorter.
    const [log] = readdirSync(join(folder, 'logs')).sort() as [string];
    const lines = readFileSync(join(folder, 'logs', log), 'utf8')
      .trimEnd()
      .split('\n');
    writeFileSync(join(folder, 'logs', log), `${lines.slice(0, -2).join('\n')}\n`);
    await expectSame(folder);
  });

  it('cover no lines after a damaged line or a line of a later version', async () => {
    const folder = await storeWithParts();
    const [log] = readdirSync(join(folder, 'logs')).sort() as [string];
    const path = join(folder, 'logs', log);
    rmSync(join(folder, 'index'), { recursive: true });
    const lines = readFileSync(path, 'utf8').split('\n');
    lines.splice(400, 1, '{"at":5,"kind":"metrics","run":"half');
    writeFileSync(path, lines.join('\n'));
    await refreshIndex(folder);
    await expectSame(folder);
    // Without that line, the lines after it are read.
    const repaired = readFileSync(path, 'utf8').split('\n');
    repaired.splice(400, 1);
    writeFileSync(path, repaired.join('\n'));
    await expectSame(folder);
  });

  it('do not cover a log that was replaced while it was read, even by a longer one', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    await createRuns(store);
    // Enough to be read in several steps.
    const events = Array.from({ length: 4000 }, (_, step): StoreEvent => {
      return { kind: 'metrics', run: RUNS[0] as RunId, timeMs: 1, step, metrics: { loss: step } };
    });
    await store.append(events);
    await store.close();
    const [log] = readdirSync(join(folder, 'logs')) as [string];
    const path = join(folder, 'logs', log);
    // The log of a living process has no closing line.
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(0, -1);
    writeFileSync(path, `${lines.join('\n')}\n`);
    const id = inspectStoreFolder(folder)?.id as string;
    const parts = new StoredPoints(folder, () => id);
    const making = makePoints({
      folder,
      storeId: id,
      parts,
      onPart: () => {},
      purgedMetrics: () => () => false,
    });
    // The first step decides what is covered. The second one reads the log.
    making.next();
    making.next();
    // Another file of the same name, without one of the points, and longer.
    const other = [...lines.slice(0, 500), ...lines.slice(501), ...lines.slice(-9)];
    writeFileSync(`${path}.new`, `${other.join('\n')}\n`);
    renameSync(`${path}.new`, path);
    while (making.next().done !== true);
    await expectSame(folder);
  });

  it('return no purged points, and lose their bytes with gc', async () => {
    const folder = await storeWithParts();
    const secret = 6.02214076e23;
    const store = openFileStore(folder);
    const leak = { kind: 'metrics', run: RUNS[1] as RunId, timeMs: 1, step: 1 } as const;
    await store.append([{ ...leak, metrics: { größe: secret } }]);
    await store.close();
    await refreshIndex(folder);
    const bytes = Buffer.from(new Float64Array([secret]).buffer);
    const holders = (): string[] =>
      pointsFiles(folder).filter((file) =>
        readFileSync(join(folder, 'index', file)).includes(bytes),
      );
    expect(holders()).toHaveLength(1);
    const purger = openFileStore(folder);
    await purge(purger, { run: RUNS[1] as RunId, part: 'metric', key: 'größe' }, { by: BY });
    expect(await purger.metricHistory(RUNS[1] as RunId, 'größe')).toEqual([]);
    await purger.close();
    await expectSame(folder);
    await collectGarbage(await planGarbage(folder), { by: BY });
    expect(holders()).toEqual([]);
    await refreshIndex(folder);
    expect(holders()).toEqual([]);
    await expectSame(folder);
  });
});
