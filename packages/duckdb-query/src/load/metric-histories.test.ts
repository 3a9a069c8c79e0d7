import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  type ExperimentId,
  type LoggedModelId,
  purge,
  type RunId,
  type Store,
  type StoreEvent,
} from '@tidemark/core';
import {
  collectGarbage,
  openFileStore,
  planGarbage,
  refreshIndex,
  type StoreDamage,
} from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { querySql } from '../open-query.ts';
import type { QueryRow } from '../result/query-row.ts';

// There are three ways to the table `metrics`: a store in a folder gives its points in columns, from its logs or from
// derived parts, and another store gives the history of each metric. They must return the same rows, whatever the logs
// contain.

const EVERYTHING = `
  SELECT run_id, key, value, step, epoch_ms(timestamp) AS ms, dataset_name, dataset_digest, model_id
  FROM metrics ORDER BY ALL`;

/** The same store, with no more than every store has. */
function throughPort(store: Store): Store {
  return {
    uri: store.uri,
    capabilities: store.capabilities,
    createExperiment: (draft) => store.createExperiment(draft),
    createRun: (draft) => store.createRun(draft),
    createLoggedModel: (draft) => store.createLoggedModel(draft),
    append: (events) => store.append(events),
    experiments: () => store.experiments(),
    runs: (selection) => store.runs(selection),
    loggedModels: (selection) => store.loggedModels(selection),
    metricHistory: (runId, key) => store.metricHistory(runId, key),
    runStateDigest: (runId, through) => store.runStateDigest(runId, through),
    artifacts: store.artifacts,
    registry: store.registry,
    close: () => store.close(),
    get closed() {
      return store.closed;
    },
  };
}

async function everyWay(folder: string): Promise<readonly QueryRow[]> {
  const open = (index: 'auto' | 'off') => openFileStore(folder, { index, onDamage: () => {} });
  const ask = async (store: Store) => (await querySql(EVERYTHING, { store, threads: 1 })).rows;
  const read = await ask(open('off'));
  expect(await ask(throughPort(open('off')))).toEqual(read);
  await refreshIndex(folder);
  expect(await ask(open('auto'))).toEqual(read);
  expect(await ask(throughPort(open('auto')))).toEqual(read);
  return read;
}

function logsOf(folder: string): string[] {
  return readdirSync(join(folder, 'logs')).map((name) => join(folder, 'logs', name));
}

const KNOWN = ['a'.repeat(32), 'b'.repeat(32)] as RunId[];
const ORPHAN = 'c'.repeat(32) as RunId;
const CREATED: readonly StoreEvent[] = KNOWN.map((run) => ({
  ...{ kind: 'run-created', run, experiment: '0' as ExperimentId, name: 'r', user: '', timeMs: 1 },
}));

const key = fc.constantFrom('loss', 'acc', 'a/b', 'x y', 'a:', '__proto__', 'constructor');
const value = fc.oneof(
  fc.constantFrom(0, -0, 0.1, 5e-324, 1e21, 2 ** 60, Number.MAX_VALUE),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.double(),
);
const dataset = fc.record({
  name: fc.constantFrom('', 'train', 'ünïcödé 🌊', '"quoted"\n', 'its own'),
  digest: fc.constantFrom('', 'd1'),
});
const metricsLogged = fc.record(
  {
    kind: fc.constant('metrics' as const),
    run: fc.constantFrom(...KNOWN, ORPHAN),
    timeMs: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(Number.MAX_SAFE_INTEGER)),
    step: fc.oneof(fc.integer({ min: -1, max: 2 }), fc.constant(Number.MIN_SAFE_INTEGER)),
    metrics: fc.dictionary(key, value, { maxKeys: 3 }),
    dataset,
    model: fc.constantFrom(`m-${'d'.repeat(32)}` as LoggedModelId),
  },
  { requiredKeys: ['kind', 'run', 'timeMs', 'step', 'metrics'] },
);

const seriesLogged = fc
  .record(
    {
      run: fc.constantFrom(...KNOWN, ORPHAN),
      timeMs: fc.integer({ min: 0, max: 3 }),
      key,
      points: fc.array(fc.tuple(value, fc.integer({ min: -1, max: 2 }), fc.nat({ max: 2 })), {
        maxLength: 3,
      }),
      elapsed: fc.boolean(),
      dataset,
      model: fc.constantFrom(`m-${'d'.repeat(32)}` as LoggedModelId),
    },
    { requiredKeys: ['run', 'timeMs', 'key', 'points', 'elapsed'] },
  )
  .map(({ points, elapsed, ...named }) => ({
    kind: 'metric-series' as const,
    ...named,
    steps: points.map(([, step]) => step),
    ...(elapsed ? { elapsedMs: points.map(([, , ms]) => ms) } : {}),
    values: points.map(([logged]) => logged),
  }));
const pointsLogged = fc.oneof(metricsLogged, seriesLogged);

/** Lines that no version of Tidemark writes, or not completely. By the rules of the fold, half of them count. */
const oddLine = fc
  .constantFrom(
    '\u0000\u0000garbage',
    '',
    '{}',
    '[1]',
    '"metrics"',
    '{"at":9}',
    '{"at":9,"kind":"later-kind","run":"RUN"}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":1}}',
    '{"at":1700000000000007,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":1}}',
    '{"at":9,"kind":"metrics","run":"RUN","timeMs":"5","step":7,"metrics":{"a":1}}',
    '{"at":"9","kind":"metrics","run":"RUN","step":7,"metrics":{"a":1}}',
    '{"at":4102444800000001,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":1}}',
    '{"at":4102444800000000,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":2}}',
    '{"at":-9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":1}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":"7","metrics":{"a":1}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":1.5,"metrics":{"a":1}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7.0,"metrics":{"a":1}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7e0,"metrics":{"a":1}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":9007199254740993,"metrics":{"a":1}}',
    '{"at":9,"kind":"metrics","run":"RUN","metrics":{"a":1}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":[1]}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":"0.5"}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":"nan"}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":null}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":true}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":{"b":1}}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":"-Infinity","b":1e400}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"\\u0061":2}}',
    ' {"at": 9, "kind": "metrics", "run": "RUN", "step": 7, "metrics": {"spaced": 2}} \r',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":1},"dataset":{"name":5,"digest":"d"}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":1},"dataset":{"name":"n"}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":1},"dataset":"n"}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":1},"dataset":{"name":"\\ud800","digest":"d"}}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":1},"model":"no model"}',
    '{"at":9,"kind":"metrics","run":"RUN","step":7,"metrics":{"a":1},"later":{"x":[]}}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[1,2],"values":[1,"NaN"]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[1,2],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[1],"elapsedMs":[],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[9007199254740991],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[9007199254740993],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[1.5],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":["1"],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[null],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[],"values":[]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[[1]],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[1],"values":["1"]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[1],"values":[null]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[1],"values":[1e400]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":[1],"values":[true]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"s","steps":1,"values":1}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":5,"steps":[1],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","steps":[1],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","key":"\\u0073","steps":[1],"values":[2]}',
    '{"at":9,"kind":"metric-series","run":"RUN","timeMs":4,"key":"s","steps":[1],"elapsedMs":[1.5],"values":[1]}',
    '{"at":9,"kind":"metric-series","run":"RUN","timeMs":4,"key":"s","steps":[ 1 ],"elapsedMs":[ 3 ],"values":[ 1 ]}',
  )
  .map((line) => line.replace('RUN', KNOWN[0] as string));

/** With the check that a writer would have given it. */
function checked(line: string): string {
  const body = line.replace(/\}$/, '');
  return body === line ? line : `${body},"crc":${crc32(body)}}`;
}

it('columns and histories give the same rows, whatever was logged', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(pointsLogged, { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
      fc.array(oddLine, { maxLength: 4 }),
      fc.nat({ max: 200 }),
      async (writers, oddLines, cut) => {
        const folder = join(temporaryFolder(), 'it\'s a [1]*? "store"');
        await openFileStore(folder).append(CREATED);
        for (const events of writers) await openFileStore(folder).append(events);
        const [first, ...others] = logsOf(folder) as [string, ...string[]];
        for (const line of oddLines) appendFileSync(first, `${checked(line)}\n`);
        // A log that was copied under another name: all its lines are duplicates.
        copyFileSync(first, join(folder, 'logs', 'copied-000000.jsonl'));
        const torn = `{"at":9,"kind":"metrics","run":"${KNOWN[0]}","step":8,"metrics":{"torn":1}}`;
        appendFileSync(others[0] ?? first, torn.slice(0, cut));
        writeFileSync(join(folder, 'logs', 'headless-000000.jsonl'), `${torn}\n`);
        const rows = await everyWay(folder);
        expect(rows.some(({ key, run_id }) => key === 'torn' || run_id === ORPHAN)).toBe(false);
      },
    ),
    { numRuns: 20 },
  );
});

it('a damaged line does not hide the other lines of its log', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const run = KNOWN[0] as RunId;
  const point = (step: number): StoreEvent => ({
    ...{ kind: 'metrics', run, timeMs: 1, step, metrics: { a: step } },
  });
  await store.append([...CREATED, point(0)]);
  appendFileSync(logsOf(folder)[0] as string, '\u0000\n');
  await store.append([point(1)]);
  await openFileStore(folder).append([point(2)]);
  await store.close();
  expect((await everyWay(folder)).map(({ step }) => step)).toEqual([0, 1, 2]);
});

it('a query reports the damage that it reads, and none that stored points make it skip', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const run = KNOWN[0] as RunId;
  for (const step of [0, 1, 2]) {
    await store.append([
      ...CREATED,
      { kind: 'metrics', run, timeMs: 1, step, metrics: { a: step } },
    ] as StoreEvent[]);
  }
  await store.close();
  const [log = ''] = logsOf(folder);
  const text = readFileSync(log, 'utf8');
  await refreshIndex(folder);
  const told: string[] = [];
  const onDamage = ({ file, reason }: StoreDamage) => told.push(`${file} ${reason}`);
  const points = async () => {
    const reader = openFileStore(folder, { onDamage });
    const { rows } = await querySql(EVERYTHING, { store: reader });
    await reader.close();
    return rows.map(({ step }) => step);
  };
  expect(await points()).toEqual([0, 1, 2]);
  expect(told).toEqual([]);
  writeFileSync(log, text.replace('"a":1}', '"a":5}'));
  // The points that were stored before the damage stay right.
  expect(await points()).toEqual([0, 1, 2]);
  expect(told).toEqual([]);
  for (const name of readdirSync(join(folder, 'index'))) {
    if (name.startsWith('points-')) rmSync(join(folder, 'index', name));
  }
  expect(await points()).toEqual([0, 2]);
  expect(told).toEqual([expect.stringMatching(/^logs\/.* check of the line does not match/)]);
  told.length = 0;
  const lines = text.split('\n');
  const gone = lines.findIndex((line) => line.includes('"a":1}'));
  writeFileSync(log, lines.toSpliced(gone, 1).join('\n'));
  expect(await points()).toEqual([0, 2]);
  expect(new Set(told)).toEqual(new Set([expect.stringMatching(/missing: 1/)]));
});

it('a long line does not hide the points after it', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const long = {
    kind: 'tags',
    run: KNOWN[0] as RunId,
    tags: { t: 'x'.repeat(40_000_000) },
  } as const;
  const metrics = {
    kind: 'metrics',
    run: KNOWN[0] as RunId,
    timeMs: 1,
    step: 0,
    metrics: { a: 1 },
  } as const;
  await store.append([...CREATED, long, metrics]);
  expect((await querySql('SELECT key FROM metrics', { store })).rows).toEqual([{ key: 'a' }]);
});

it('a run has the points of all its writers, and equal points once', async () => {
  const folder = join(temporaryFolder(), 'store');
  const run = KNOWN[0] as RunId;
  await openFileStore(folder).append(CREATED);
  for (const name of ['w0', 'w1']) {
    await openFileStore(folder).append([
      { kind: 'metrics', run, timeMs: 5, step: 0, metrics: { shared: 1, [name]: 1 } },
    ]);
  }
  const rows = await everyWay(folder);
  expect(rows.map((row) => row.key)).toEqual(['shared', 'w0', 'w1']);
});

it('a query leaves out purged metrics, also if the logs still have them, and after gc merged the logs', async () => {
  const folder = join(temporaryFolder(), 'store');
  const by = { name: 'ada', authenticated: false };
  const [kept = '' as RunId, gone = '' as RunId] = KNOWN;
  const logged = (run: RunId, step: number): StoreEvent => ({
    ...{ kind: 'metrics', run, timeMs: 1, step, metrics: { loss: 1, 'its own': 2 } },
  });
  for (let step = 0; step < 8; step += 1) {
    const store = openFileStore(folder);
    if (step === 0) await store.append(CREATED);
    await store.append([logged(kept, step), logged(gone, step)]);
    await store.close();
  }
  const store = openFileStore(folder);
  await purge(store, { run: kept, part: 'metric', key: 'its own' }, { by });
  await purge(store, { run: gone }, { by });
  const before = await everyWay(folder);
  expect(before.map(({ run_id, key }) => `${run_id} ${key}`)).toEqual(
    Array(8).fill(`${kept} loss`),
  );
  await store.close();
  await collectGarbage(await planGarbage(folder), { by });
  expect(logsOf(folder)).toHaveLength(1);
  expect(await everyWay(folder)).toEqual(before);
});
