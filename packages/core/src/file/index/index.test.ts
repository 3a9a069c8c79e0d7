import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoreEvent } from '../../events/store-event.ts';
import { DEFAULT_EXPERIMENT_ID, type ExperimentId, newRunId, type RunId } from '../../model/ids.ts';
import type { Store } from '../../port/store.ts';
import { printFilter } from '../../query/print-filter.ts';
import { searchLoggedModels } from '../../search/search-logged-models.ts';
import { type SearchRunsOptions, searchRuns } from '../../search/search-runs.ts';
import { anyStoreEvent } from '../../testing/event-arbitraries.ts';
import { recheckLines } from '../../testing/recheck-lines.ts';
import { anyRunFilter } from '../../testing/search-arbitraries.ts';
import { FileLog } from '../file-log.ts';
import { openFileStore } from '../file-store.ts';
import { LogReader } from '../log/log-reader.ts';
import { refreshIndex } from '../refresh-index.ts';
import { createStore, inspectStoreFolder } from '../store-file.ts';

// Keys, texts and numbers that the filters of `anyRunFilter` name.
const key = fc.constantFrom('a', 'b c', '__proto__', 'x/y.z');
const text = fc.constantFrom('', 'a', 'A', 'ab', "it's", 'ß');
const number = fc.constantFrom(0, -0, 1, 2, -1.5, Number.NaN, Number.POSITIVE_INFINITY);
const IDS = ['0'.repeat(32), '5'.repeat(32), 'f'.repeat(32), 'imported-run', 'm-like'] as RunId[];
const run = fc.constantFrom(...IDS);

/** Events of few runs, so that those of one run are in parts, in tails, and before its creation. */
const searchedEvent = fc.oneof(
  { weight: 2, arbitrary: anyStoreEvent },
  fc.record(
    {
      kind: fc.constant('run-created' as const),
      run,
      experiment: fc.constantFrom('0', '123456789012345678') as fc.Arbitrary<ExperimentId>,
      name: text,
      user: text,
      timeMs: fc.nat({ max: 3 }),
      tags: fc.dictionary(key, text, { maxKeys: 2 }),
    },
    { requiredKeys: ['kind', 'run', 'experiment', 'name', 'user', 'timeMs'] },
  ),
  fc.record({
    kind: fc.constant('params' as const),
    run,
    params: fc.dictionary(key, text, { maxKeys: 2 }),
  }),
  fc.record({
    kind: fc.constant('metrics' as const),
    run,
    timeMs: fc.nat({ max: 2 }),
    step: fc.nat({ max: 2 }),
    metrics: fc.dictionary(key, number, { maxKeys: 2 }),
  }),
  fc.record(
    {
      kind: fc.constant('run-updated' as const),
      run,
      status: fc.constantFrom('RUNNING' as const, 'FINISHED' as const),
      endTimeMs: fc.nat({ max: 3 }),
      stage: fc.constantFrom('active' as const, 'deleted' as const),
    },
    { requiredKeys: ['kind', 'run', 'status'] },
  ),
  fc.record({
    kind: fc.constant('dataset' as const),
    run,
    input: fc.record({
      dataset: fc.record({ name: text, digest: text, sourceType: text, source: text }),
      tags: fc.constantFrom({}, { 'mlflow.data.context': 'a' }),
    }),
  }),
) as fc.Arbitrary<StoreEvent>;

const searches = fc.record({
  filter: fc.option(anyRunFilter.map(printFilter), { nil: undefined }),
  orderBy: fc.constantFrom(
    ...[
      'start_time',
      'metrics.a DESC',
      'params.`b c`, end_time DESC',
      'run_name',
      'status, user_id',
    ],
  ),
  view: fc.constantFrom('active' as const, 'deleted' as const, 'all' as const),
  maxResults: fc.integer({ min: 1, max: 3 }),
});

/** Writes without the checks of a store, like a process that has not seen the deletions by others. */
async function write(folder: string, events: readonly StoreEvent[]): Promise<void> {
  const log = new FileLog({
    folder,
    ensureStore: () => (inspectStoreFolder(folder) ?? createStore(folder)).id,
    storeId: () => inspectStoreFolder(folder)?.id,
    durability: 'os',
    index: 'auto',
    onDamage: () => {},
  });
  if (events.length > 0) log.append(events);
  await log.close();
}

async function pages(store: Store, options: SearchRunsOptions): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let pageToken: string | undefined; ; ) {
    const page = await searchRuns(store, {
      ...options,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    found.push(page.runs);
    pageToken = page.nextPageToken;
    if (pageToken === undefined) return found;
  }
}

/** All answers of a store. */
async function answers(store: Store, options: SearchRunsOptions): Promise<unknown> {
  const runs = await store.runs({});
  return {
    experiments: await store.experiments(),
    models: await store.loggedModels({}),
    measured: await searchLoggedModels(store, { filter: 'metrics.loss < 1', view: 'all' }),
    runs,
    pages: await pages(store, options),
    oneByOne: await Promise.all(IDS.map((runId) => store.runs({ runIds: [runId] }))),
    history: await Promise.all(runs.map(({ runId }) => store.metricHistory(runId, 'a'))),
    digests: await Promise.all(runs.map(({ runId }) => store.runStateDigest(runId))),
  };
}

async function expectSameAnswers(folder: string, options: SearchRunsOptions): Promise<void> {
  const plain = openFileStore(folder, { index: 'off' });
  const indexed = openFileStore(folder);
  expect(await answers(indexed, options)).toEqual(await answers(plain, options));
}

type Options = { filter: string | undefined; orderBy: string; view: 'active' | 'deleted' | 'all' };

function asked({ filter, ...rest }: Options & { maxResults: number }): SearchRunsOptions {
  return filter === undefined ? rest : { ...rest, filter };
}

const events = fc.array(searchedEvent, { maxLength: 25 });

describe('an index', () => {
  it('changes no answer, with any number of parts and with later lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(events, { maxLength: 4 }),
        events,
        searches,
        async (parts, tail, search) => {
          const folder = join(temporaryFolder(), 'store');
          await write(folder, [
            {
              kind: 'run-created',
              run: IDS[0] as RunId,
              experiment: DEFAULT_EXPERIMENT_ID,
              name: 'r',
              user: '',
              timeMs: 1,
            },
          ]);
          for (const part of parts) {
            await write(folder, part);
            await refreshIndex(folder);
          }
          await write(folder, tail);
          await expectSameAnswers(folder, asked(search));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('changes no answer of a reader that reads again', async () => {
    await fc.assert(
      fc.asyncProperty(events, events, searches, async (before, after, search) => {
        const folder = join(temporaryFolder(), 'store');
        await write(folder, [...before, ...after.slice(0, 1)]);
        if (!existsSync(folder)) return;
        await refreshIndex(folder);
        const reader = openFileStore(folder);
        await answers(reader, asked(search));
        await write(folder, after);
        const plain = openFileStore(folder, { index: 'off' });
        expect(await answers(reader, asked(search))).toEqual(await answers(plain, asked(search)));
      }),
      { numRuns: 20 },
    );
  });
});

async function storeOfManyRuns(): Promise<string> {
  const folder = join(temporaryFolder(), 'store');
  for (let part = 0; part < 2; part += 1) {
    const written: StoreEvent[] = Array.from({ length: 30 }, newRunId).flatMap((id, at) => [
      {
        kind: 'run-created',
        run: id,
        experiment: DEFAULT_EXPERIMENT_ID,
        name: `r${at}`,
        user: 'ada',
        timeMs: at,
      },
      { kind: 'params', run: id, params: { a: String(at % 3) } },
      { kind: 'metrics', run: id, timeMs: at, step: 1, metrics: { a: at / 7 } },
      { kind: 'run-updated', run: id, status: 'FINISHED', endTimeMs: at + 1 },
    ]);
    await write(folder, written);
    await refreshIndex(folder);
  }
  return folder;
}

const QUESTION = {
  filter: "metrics.a > 1 AND params.a != '0'",
  orderBy: 'metrics.a DESC',
  maxResults: 7,
};

describe('a derived file that was changed', () => {
  it('is ignored, wherever it is damaged', async () => {
    const whole = await storeOfManyRuns();
    const files = readdirSync(join(whole, 'index'));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.constantFrom('flip', 'truncate', 'delete', 'grow'),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        async (file, how, where) => {
          const folder = join(temporaryFolder(), 'store');
          cpSync(whole, folder, { recursive: true, preserveTimestamps: true });
          const path = join(folder, 'index', file);
          const bytes = readFileSync(path);
          const place = Math.floor(where * bytes.length);
          if (how === 'flip') bytes[place] = (bytes[place] as number) ^ 0x11;
          if (how === 'flip') writeFileSync(path, bytes);
          if (how === 'truncate') truncateSync(path, place);
          if (how === 'delete') rmSync(path);
          if (how === 'grow') appendFileSync(path, 'more');
          await expectSameAnswers(folder, QUESTION);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is ignored if it belongs to another store, or to deleted logs', async () => {
    const [folder, other] = [await storeOfManyRuns(), await storeOfManyRuns()];
    rmSync(join(folder, 'index'), { recursive: true });
    cpSync(join(other, 'index'), join(folder, 'index'), { recursive: true });
    await expectSameAnswers(folder, QUESTION);
    const [log = ''] = readdirSync(join(other, 'logs'));
    rmSync(join(other, 'logs', log));
    await expectSameAnswers(other, QUESTION);
    expect((await openFileStore(other).runs({})).length).toBe(30);
  });

  it('is ignored if a log that it covers was truncated or replaced', async () => {
    const folder = await storeOfManyRuns();
    const [first = '', second = ''] = readdirSync(join(folder, 'logs')).map((name) =>
      join(folder, 'logs', name),
    );
    const lines = readFileSync(first, 'utf8').split('\n');
    writeFileSync(first, `${lines.slice(0, 41).join('\n')}\n`);
    await expectSameAnswers(folder, QUESTION);
    await refreshIndex(folder);
    // A different log of the same length.
    const text = readFileSync(second, 'utf8');
    rmSync(second);
    writeFileSync(
      second,
      recheckLines(text.replace('"generation":0', '"generation":1').replaceAll('"ada"', '"eve"')),
    );
    await expectSameAnswers(folder, QUESTION);
    expect(await openFileStore(folder).runs({})).toContainEqual(
      expect.objectContaining({ userId: 'eve' }),
    );
  });

  it('is not made from a log that was replaced after it was read, even by a longer one', async () => {
    const folder = await storeOfManyRuns();
    const [path = ''] = readdirSync(join(folder, 'logs')).map((name) => join(folder, 'logs', name));
    const text = readFileSync(path, 'utf8').replace(/\{[^\n]*"kind":"sealed"[^\n]*\}\n$/, '');
    writeFileSync(path, text);
    const reader = new LogReader({ folder, onEvent: () => {}, onDamage: () => {} });
    expect(reader.refresh()).toBe('read');
    expect(reader.coverage()).toHaveLength(readdirSync(join(folder, 'logs')).length);
    const lines = text.trimEnd().split('\n');
    writeFileSync(
      `${path}.new`,
      `${[...lines.slice(0, 40), ...lines.slice(41), ...lines.slice(-9)].join('\n')}\n`,
    );
    renameSync(`${path}.new`, path);
    expect(reader.coverage()).toBeUndefined();
  });
});
