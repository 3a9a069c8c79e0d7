import {
  type Filter,
  type FilterField,
  MemoryStore,
  parseFilter,
  pickRuns,
  printFilter,
  type Run,
  type RunId,
} from '@tidemark/core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openQuery } from '../open-query.ts';
import type { QuerySession } from '../query/query-session.ts';
import { runFilterSql } from './run-filter-sql.ts';

/** Texts that a compiler could get wrong: quotes, wildcards, NUL, letters whose cases are special. */
const Text = fc.oneof(
  fc.constantFrom(
    ...['', 'a', 'A', 'ab', 'aB', "'); drop", "''", '%', '_', 'a%', '\\', 'a\0b', '\0', '1', 'nan'],
    ...['İ', 'i̇', 'I', 'ı', 'ΟΔΟΣ', 'οδος', 'οδοσ', 'Σ', 'ẞ', 'ß', 'Ⅷ', 'K', '🌊', 'Ǆ', 'ﬁ'],
  ),
  fc.string({ maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const Key = fc.constantFrom('loss', 'lr', 'a b', 'ünï', 'A', 'constructor', '__proto__');
const Number_ = fc.oneof(
  fc.constantFrom(0, -0, 1, 0.1, -1e300, 5e-324, Number.NaN, Infinity, -Infinity, 2 ** 53),
  fc.double(),
);
const TimeMs = fc.constantFrom(0, 1, 1_700_000_000_000, 1_700_000_000_001);

const RunDraft = fc.record({
  name: Text,
  userId: Text,
  startTimeMs: TimeMs,
  endTimeMs: fc.option(TimeMs, { nil: undefined }),
  params: fc.array(fc.tuple(Key, Text), { maxLength: 4 }),
  tags: fc.array(fc.tuple(Key, Text), { maxLength: 4 }),
  metrics: fc.array(fc.tuple(Key, Number_), { maxLength: 4 }),
  datasets: fc.array(
    fc.record({ name: Text, digest: Text, context: fc.option(Text, { nil: undefined }) }),
    {
      maxLength: 2,
    },
  ),
});

type Draft = typeof RunDraft extends fc.Arbitrary<infer Value> ? Value : never;

/** A store gives runs as they are here, without its checks of names. */
class StoreOfRuns extends MemoryStore {
  readonly #runs: Run[];

  constructor(drafts: readonly Draft[]) {
    super();
    this.#runs = drafts.map((draft, number) => runOf(draft, number));
  }

  override async runs(): Promise<Run[]> {
    return this.#runs;
  }
}

function runOf(draft: Draft, number: number): Run {
  const own = <Value>(entries: readonly (readonly [string, Value])[]) => {
    const record: Record<string, Value> = {};
    for (const [key, value] of entries) {
      Object.defineProperty(record, key, { value, enumerable: true, configurable: true });
    }
    return record;
  };
  const { name, userId, startTimeMs, endTimeMs, params, tags, metrics, datasets } = draft;
  return {
    runId: `${number}`.padStart(32, '0') as RunId,
    experimentId: `${number % 2}` as never,
    status: number % 3 === 0 ? 'RUNNING' : 'FINISHED',
    lifecycleStage: 'active',
    ...{ name, userId, startTimeMs, params: own(params), tags: own(tags), paramConflicts: [] },
    ...(endTimeMs === undefined ? {} : { endTimeMs }),
    metrics: own(
      metrics.map(([key, value]) => [key, { key, value, step: 0, timestampMs: 0 }] as const),
    ),
    datasets: datasets.map(({ name: dataset, digest, context }) => ({
      dataset: { name: dataset, digest, sourceType: 'local', source: '{}' },
      tags: context === undefined ? {} : { 'mlflow.data.context': context },
    })),
    ...{ modelInputs: [], modelOutputs: [], artifacts: [] },
  } as unknown as Run;
}

const NumberField: fc.Arbitrary<FilterField> = fc.oneof(
  Key.map((key): FilterField => ({ entity: 'metric', key })),
  fc
    .constantFrom('start_time', 'end_time')
    .map((key): FilterField => ({ entity: 'attribute', key })),
);
const TextField: fc.Arbitrary<FilterField> = fc.oneof(
  fc.record({ entity: fc.constantFrom('param' as const, 'tag' as const), key: Key }),
  fc.record({
    entity: fc.constant('dataset' as const),
    key: fc.constantFrom('name', 'digest', 'context'),
  }),
  fc
    .constantFrom('run_id', 'run_name', 'status', 'user_id', 'experiment_id')
    .map((key): FilterField => ({ entity: 'attribute', key })),
);
const negated = fc.boolean();
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      kind: fc.constant('comparison' as const),
      field: NumberField,
      operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>=' as const),
      value: fc.oneof(Number_, TimeMs),
    }) as fc.Arbitrary<Filter>,
    fc.record({
      kind: fc.constant('comparison' as const),
      field: TextField,
      operator: fc.constantFrom('=', '!=' as const),
      value: Text,
    }) as fc.Arbitrary<Filter>,
    fc.record({
      ...{ kind: fc.constant('in' as const), field: NumberField, negated },
      values: fc.array(fc.oneof(Number_, TimeMs), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      ...{ kind: fc.constant('in' as const), field: TextField, negated },
      values: fc.array(Text, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      ...{ kind: fc.constant('like' as const), field: TextField, negated },
      caseSensitive: fc.boolean(),
      pattern: fc
        .array(fc.oneof(Text, fc.constantFrom('%', '_')), { maxLength: 3 })
        .map((parts) => parts.join('')),
    }),
    fc.record({
      ...{ kind: fc.constant('isNull' as const), negated },
      field: fc.oneof(TextField, NumberField),
    }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('filter') }),
  ),
}));

async function foundBySql(session: QuerySession, condition: string): Promise<string[]> {
  const { rows } = await session.query(`SELECT r.run_id FROM runs r WHERE ${condition} ORDER BY 1`);
  return rows.map(({ run_id }) => String(run_id));
}

async function foundBySearch(store: MemoryStore, wanted: Filter): Promise<string[]> {
  const found = pickRuns(await store.runs({}), {
    filter: wanted,
    order: [],
    limit: Number.POSITIVE_INFINITY,
    view: 'all',
  });
  return found.map(({ runId }) => runId).sort();
}

it('finds the runs that a search finds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(RunDraft, { minLength: 1, maxLength: 12 }),
      fc.array(filter, { minLength: 40, maxLength: 40 }),
      async (drafts, filters) => {
        const store = new StoreOfRuns(drafts);
        const session = await openQuery({ store, threads: 1 });
        try {
          for (const wanted of filters) {
            const sql = runFilterSql(wanted, { runs: 'r' });
            expect([printFilter(wanted), await foundBySql(session, sql)]).toEqual([
              printFilter(wanted),
              await foundBySearch(store, wanted),
            ]);
          }
        } finally {
          await session.close();
        }
      },
    ),
    { numRuns: 15 },
  );
}, 600_000);

describe('a filter', () => {
  const run: Draft = {
    ...{ name: 'r', userId: 'u', startTimeMs: 0, endTimeMs: undefined, datasets: [] },
    ...{ params: [['lr', '0.1']], tags: [], metrics: [['loss', Number.NaN]] },
  };

  async function session(...drafts: Draft[]): Promise<QuerySession> {
    const opened = await openQuery({ store: new StoreOfRuns(drafts), threads: 1 });
    onTestFinished(() => opened.close());
    return opened;
  }

  it('is text or a tree, and blank for every run', async () => {
    const opened = await session(run);
    const tree = parseFilter('runs', "params.lr = '0.1'") as Filter;
    for (const each of ["params.lr = '0.1'", tree, '', '  ']) {
      expect(await foundBySql(opened, runFilterSql(each, { runs: 'r' }))).toHaveLength(1);
    }
    const { rows } = await opened.query(`FROM runs WHERE ${runFilterSql("params.lr = '0.2'")}`);
    expect(rows).toEqual([]);
  });

  it('may be as long and as deep as the language allows', async () => {
    const opened = await session(run);
    const ors = Array.from({ length: 1000 }, (_, n) => `metrics.m${n} > ${n}`).join(' OR ');
    expect(await foundBySql(opened, runFilterSql(ors, { runs: 'r' }))).toEqual([]);
    const values = Array.from({ length: 10_000 }, (_, n) => `'${n / 10}'`).join(', ');
    const many = runFilterSql(`params.lr IN (${values})`, { runs: 'r' });
    expect(await foundBySql(opened, many)).toHaveLength(1);
    const deep = `${'NOT ('.repeat(100)}metrics.loss = NaN${')'.repeat(100)}`;
    expect(await foundBySql(opened, runFilterSql(deep, { runs: 'r' }))).toHaveLength(1);
  });

  it('cannot become other SQL', async () => {
    const opened = await session(run);
    for (const hostile of ["'); DROP TABLE runs; --", "' OR true OR '", '\0', '$1', '?']) {
      const field: FilterField = { entity: 'metric', key: hostile };
      const isThere: Filter = { kind: 'isNull', field, negated: true };
      expect(await foundBySql(opened, runFilterSql(isThere, { runs: 'r' }))).toEqual([]);
      const equal: Filter = {
        kind: 'comparison',
        field: { entity: 'attribute', key: 'run_name' },
        operator: '=',
        value: hostile,
      };
      expect(await foundBySql(opened, runFilterSql(equal, { runs: 'r' }))).toEqual([]);
    }
    expect(() => runFilterSql('', { runs: 'r; DROP TABLE runs' })).toThrow('not a name of a table');
    expect(() => runFilterSql(7 as never)).toThrow('neither a text nor the tree');
    expect(() =>
      runFilterSql({ kind: 'isNull', field: { entity: 'attribute', key: 'x' }, negated: false }),
    ).toThrow('Runs have no attribute');
  });
});
