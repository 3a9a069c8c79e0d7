import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoreEvent } from '../../events/store-event.ts';
import {
  type ExperimentId,
  experimentIdFromName,
  type LoggedModelId,
  type RunId,
} from '../../model/ids.ts';
import type { Store } from '../../port/store.ts';
import { searchLoggedModels } from '../../search/search-logged-models.ts';
import { searchRuns } from '../../search/search-runs.ts';
import { type Act, perform } from '../../testing/store-acts.ts';
import { metricBuckets } from '../../tracking/bucket-history.ts';
import { openFileStore } from '../file-store.ts';
import { collectGarbage } from '../gc/collect-garbage.ts';
import { planGarbage } from '../gc/plan-garbage.ts';
import { refreshIndex } from '../refresh-index.ts';

const RUNS = ['0', '5', 'f'].map((digit) => digit.repeat(32)) as RunId[];
const MODELS = ['m-1', 'm-2'] as LoggedModelId[];
const EXPERIMENTS = ['0', experimentIdFromName('doomed')] as ExperimentId[];
const KEYS = ['a', 'leaked'];
const BY = { name: 'ada', authenticated: false } as const;
const FILTERS = [
  undefined,
  "params.a = '1'",
  'metrics.a > 0',
  "status = 'FAILED'",
  "tags.a != '2'",
];

const run = fc.constantFrom(...RUNS);
const model = fc.constantFrom(...MODELS);
const experiment = fc.constantFrom(...EXPERIMENTS);
const key = fc.constantFrom(...KEYS);
const text = fc.constantFrom('1', '2');
const value = fc.constantFrom(0, -0, 1, 2.5, Number.NaN, Number.NEGATIVE_INFINITY);
const stage = fc.constantFrom('active' as const, 'deleted' as const);
const status = fc.constantFrom('RUNNING' as const, 'FINISHED' as const);

/** Events of things that may not exist: a store has to answer with any content. */
const event = fc.oneof(
  fc.record({ kind: fc.constant('run-updated'), run, status }),
  fc.record({ kind: fc.constant('run-updated'), run, stage }),
  fc
    .tuple(run, key, text)
    .map(([id, name, value]) => ({ kind: 'params', run: id, params: { [name]: value } })),
  fc
    .tuple(run, key, text)
    .map(([id, name, value]) => ({ kind: 'tags', run: id, tags: { [name]: value } })),
  fc
    .tuple(run, key, fc.nat({ max: 3 }), fc.option(model, { nil: undefined }))
    .map(([id, name, step, of]) => ({
      kind: 'metrics',
      run: id,
      timeMs: step,
      step,
      metrics: { [name]: step },
      ...(of === undefined ? {} : { model: of }),
    })),
  fc.tuple(run, key, fc.array(value, { maxLength: 4 })).map(([id, name, values]) => ({
    kind: 'metric-series',
    run: id,
    timeMs: 1,
    key: name,
    steps: values.map((_, step) => step),
    values,
  })),
  fc.tuple(run, key, value).map(([id, name, each]) => ({
    kind: 'metrics',
    run: id,
    timeMs: 1,
    step: 1,
    metrics: { [name]: each },
    dataset: { name: 'train', digest: 'd' },
  })),
  fc.record({ kind: fc.constant('model-updated'), model, timeMs: fc.constant(2), stage }),
  fc.tuple(model, key, text).map(([id, name, value]) => ({
    kind: 'model-tags',
    model: id,
    timeMs: 2,
    tags: { [name]: value },
  })),
  fc.record({ kind: fc.constant('experiment-updated'), experiment, timeMs: fc.constant(2), stage }),
) as fc.Arbitrary<StoreEvent>;

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Act>({ kind: 'create-experiment', name: 'doomed' }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('create-run' as const), run, experiment }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('create-model' as const), model, experiment }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('write-file' as const), run, path: key }) },
  { weight: 12, arbitrary: event.map((one): Act => ({ kind: 'append', events: [one] })) },
  {
    weight: 3,
    arbitrary: fc
      .oneof(
        run.map((id) => ({ run: id })),
        fc.record({
          run,
          part: fc.constantFrom(
            'param' as const,
            'tag' as const,
            'metric' as const,
            'artifact' as const,
          ),
          key,
        }),
        model.map((id) => ({ model: id })),
        fc.record({ model, part: fc.constant('tag' as const), key }),
        fc.constant({ experiment: EXPERIMENTS[1] as ExperimentId }),
      )
      .map((target): Act => ({ kind: 'purge', target })),
  },
);

/** Every write that a state might refuse. */
const WRITES: readonly Act[] = [
  ...RUNS.flatMap((id): Act[] => [
    { kind: 'create-run', run: id, experiment: '0' as ExperimentId },
    { kind: 'write-file', run: id, path: 'leaked' },
    ...KEYS.flatMap((name): Act[] => [
      { kind: 'append', events: [{ kind: 'params', run: id, params: { [name]: '1' } }] },
      { kind: 'append', events: [{ kind: 'tags', run: id, tags: { [name]: '1' } }] },
      {
        kind: 'append',
        events: [{ kind: 'metrics', run: id, timeMs: 1, step: 9, metrics: { [name]: 1 } }],
      },
    ]),
  ]),
  ...MODELS.flatMap((id): Act[] => [
    { kind: 'create-model', model: id, experiment: '0' as ExperimentId },
    ...KEYS.map(
      (name): Act => ({
        kind: 'append',
        events: [{ kind: 'model-tags', model: id, timeMs: 3, tags: { [name]: '1' } }],
      }),
    ),
  ]),
  ...EXPERIMENTS.map(
    (id): Act => ({
      kind: 'append',
      events: [{ kind: 'experiment-updated', experiment: id, timeMs: 3, tags: { a: '1' } }],
    }),
  ),
];

/** All answers of a store. */
async function answers(store: Store): Promise<unknown> {
  const runs = await store.runs({});
  return {
    experiments: await store.experiments(),
    runs,
    oneByOne: await Promise.all(RUNS.map((runId) => store.runs({ runIds: [runId] }))),
    searches: await Promise.all(
      FILTERS.flatMap((filter) =>
        (['active', 'all'] as const).map(async (view) =>
          searchRuns(store, {
            view,
            orderBy: 'status, metrics.a DESC',
            ...(filter === undefined ? {} : { filter }),
          }),
        ),
      ),
    ),
    models: await store.loggedModels({}),
    measured: await searchLoggedModels(store, { filter: 'metrics.a < 3', view: 'all' }),
    histories: await Promise.all(
      RUNS.flatMap((id) => KEYS.map((name) => store.metricHistory(id, name))),
    ),
    buckets: await Promise.all(
      RUNS.flatMap((id) => KEYS.map((name) => metricBuckets(store, id, name, 2))),
    ),
    digests: await Promise.all(runs.map(({ runId }) => store.runStateDigest(runId))),
    purged: await Promise.all([...RUNS, ...MODELS].map((id) => store.isPurged?.(id))),
  };
}

/** The answer to each write, on the state after the writes before it. */
async function refusals(folder: string, index: 'auto' | 'off'): Promise<string[]> {
  const copy = join(temporaryFolder(), 'store');
  if (existsSync(folder)) cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
  const store = openFileStore(copy, { index });
  const codes: string[] = [];
  for (const write of WRITES) codes.push(await perform(store, write));
  await store.close();
  return codes;
}

interface Real {
  readonly folder: string;
  readonly script: string;
  /** Handles of this process, which stay open and know only what they read last. */
  readonly handles: readonly Store[];
}

type Command = fc.AsyncCommand<object, Real>;

class InThisProcess implements Command {
  readonly #act: Act;
  readonly #handle: number;
  constructor(act: Act, handle: number) {
    this.#act = act;
    this.#handle = handle;
  }
  check = (): boolean => true;
  async run(_: object, { handles }: Real): Promise<void> {
    await perform(handles[this.#handle] as Store, this.#act);
  }
  toString = (): string => `${this.#handle}: ${JSON.stringify(this.#act)}`;
}

/** Some acts in another process, which is then killed. */
class InKilledProcess implements Command {
  readonly #acts: readonly Act[];
  constructor(acts: readonly Act[]) {
    this.#acts = acts;
  }
  check = (): boolean => true;
  async run(_: object, { folder, script }: Real): Promise<void> {
    const child = spawn(process.execPath, [script, folder, JSON.stringify(this.#acts)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    await Promise.race([once(child.stdout, 'data'), closed]);
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await closed;
  }
  toString = (): string => `killed: ${JSON.stringify(this.#acts)}`;
}

class OnFiles implements Command {
  readonly #what: 'index' | 'no index' | 'damaged index' | 'gc' | 'compare';
  constructor(what: 'index' | 'no index' | 'damaged index' | 'gc' | 'compare') {
    this.#what = what;
  }
  check = (): boolean => true;
  async run(_: object, { folder, handles }: Real): Promise<void> {
    if (!existsSync(folder)) return;
    const place = join(folder, 'index');
    switch (this.#what) {
      case 'index':
        await refreshIndex(folder);
        break;
      case 'no index':
        rmSync(place, { recursive: true, force: true });
        break;
      case 'damaged index':
        for (const name of existsSync(place) ? readdirSync(place) : []) {
          if (!name.endsWith('.bin')) continue;
          const bytes = readFileSync(join(place, name));
          bytes.writeUInt8(bytes.readUInt8(bytes.length - 40) ^ 1, bytes.length - 40);
          writeFileSync(join(place, name), bytes);
        }
        break;
      case 'gc':
        await collectGarbage(await planGarbage(folder), { by: BY });
        break;
      case 'compare':
        await expectSame(folder, handles);
    }
  }
  toString = (): string => this.#what;
}

async function expectSame(folder: string, handles: readonly Store[]): Promise<void> {
  const [withoutIndex, withIndex] = [
    openFileStore(folder, { index: 'off' }),
    openFileStore(folder),
  ];
  const plain = await answers(withoutIndex);
  expect(await answers(withIndex)).toEqual(plain);
  expect(await withIndex.runMarks()).toEqual(await withoutIndex.runMarks());
  for (const handle of handles) expect(await answers(handle)).toEqual(plain);
  expect(await refusals(folder, 'auto')).toEqual(await refusals(folder, 'off'));
}

const commands = fc.commands<object, Real, false>(
  [
    ...Array<fc.Arbitrary<Command>>(8).fill(
      fc.tuple(act, fc.nat({ max: 1 })).map(([one, handle]) => new InThisProcess(one, handle)),
    ),
    fc.array(act, { minLength: 1, maxLength: 4 }).map((acts) => new InKilledProcess(acts)),
    ...Array<fc.Arbitrary<Command>>(2).fill(fc.constant(new OnFiles('index'))),
    fc
      .constantFrom(
        'no index' as const,
        'damaged index' as const,
        'gc' as const,
        'compare' as const,
      )
      .map((what) => new OnFiles(what)),
  ],
  { maxCommands: 25, size: 'max' },
);

describe('the law that an index changes no answer', () => {
  let script: string;
  beforeAll(async () => {
    script = await bundleScript(new URL('../../testing/act-until-killed.ts', import.meta.url));
  });

  const start = (): Real => {
    const folder = join(temporaryFolder(), 'store');
    return { folder, script, handles: [openFileStore(folder), openFileStore(folder)] };
  };

  it('holds for reads, refusals and lost runs, whatever several processes do', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const real = start();
        await fc.asyncModelRun(() => ({ model: {}, real }), sequence);
        if (existsSync(real.folder)) await refreshIndex(real.folder);
        await expectSame(real.folder, real.handles);
        for (const handle of real.handles) await handle.close();
      }),
      { numRuns: Number(process.env.TIDEMARK_INDEX_LAW_RUNS ?? 12) },
    );
  });

  it('holds for the refusal of purged params of a run that is only in the index', async () => {
    const { folder } = start();
    const [id] = RUNS as [RunId];
    const first = openFileStore(folder);
    for (const one of [
      { kind: 'create-run', run: id, experiment: '0' as ExperimentId },
      { kind: 'append', events: [{ kind: 'params', run: id, params: { leaked: 'secret' } }] },
      { kind: 'purge', target: { run: id, part: 'param', key: 'leaked' } },
    ] as const) {
      expect(await perform(first, one)).toBe('done');
    }
    const again: Act = {
      kind: 'append',
      events: [{ kind: 'params', run: id, params: { leaked: '1' } }],
    };
    expect(await perform(first, again)).toBe('PURGED');
    await first.close();
    expect(await refreshIndex(folder)).toBe(true);
    expect(await perform(openFileStore(folder), again)).toBe('PURGED');
  });

  it('holds for a run that is resumed and lost after the index is made', async () => {
    const { folder, script: file } = start();
    const [id] = RUNS as [RunId];
    const killed = (acts: Act[]) =>
      new InKilledProcess(acts).run({}, { folder, script: file, handles: [] });
    const finished: StoreEvent = { kind: 'run-updated', run: id, status: 'FINISHED' };
    await killed([
      { kind: 'create-run', run: id, experiment: '0' as ExperimentId },
      { kind: 'append', events: [finished] },
    ]);
    expect(await refreshIndex(folder)).toBe(true);
    await killed([{ kind: 'append', events: [{ ...finished, status: 'RUNNING' }] }]);
    const [found] = await openFileStore(folder).runs({});
    expect(found).toMatchObject({ status: 'FAILED' });
    expect(found).toEqual((await openFileStore(folder, { index: 'off' }).runs({}))[0]);
  });
});
