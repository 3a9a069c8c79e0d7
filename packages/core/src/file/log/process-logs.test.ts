import { readdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridClock } from '../../events/stamp.ts';
import type { StoreEvent } from '../../events/store-event.ts';
import type { ExperimentId, RunId } from '../../model/ids.ts';
import { MemoryStore } from '../../store/memory-store.ts';
import { RUN_IDS } from '../../testing/event-arbitraries.ts';
import { type FileStoreOptions, openFileStore } from '../file-store.ts';
import type { StoreDamage } from '../store-damage.ts';
import { createStore } from '../store-file.ts';
import { NODE_LOG_FILES } from './log-file-system.ts';
import { LOG_LIMITS, type LogLimits } from './log-limits.ts';
import { ProcessLogs } from './process-logs.ts';

const FOREVER_MS = 3_600_000;
const [RUN, OTHER] = RUN_IDS as [RunId, RunId];

function created(run: RunId): StoreEvent {
  const experiment = '0' as ExperimentId;
  return { kind: 'run-created', run, experiment, name: 'r', user: '', timeMs: 1 };
}

function point(run: RunId, step: number): StoreEvent {
  return { kind: 'metrics', run, timeMs: 1, step, metrics: { loss: step } };
}

function ended(run: RunId): StoreEvent {
  return { kind: 'run-updated', run, status: 'FINISHED', endTimeMs: 9 };
}

function newStore(limits: Partial<LogLimits>, options: FileStoreOptions = {}) {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder, { ...options, limits });
  const logs = (): string[][] =>
    readdirSync(join(folder, 'logs'))
      .sort()
      .map((name) =>
        readFileSync(join(folder, 'logs', name), 'utf8')
          .trimEnd()
          .split('\n'),
      );
  return { folder, store, logs };
}

function kinds(log: readonly string[] | undefined): string[] {
  return (log ?? []).map((line) => (JSON.parse(line) as { kind: string }).kind);
}

function runsIn(log: readonly string[]): Set<string | undefined> {
  return new Set(log.slice(1).map((line) => (JSON.parse(line) as { run?: string }).run));
}

const anyCall: fc.Arbitrary<StoreEvent[]> = fc.array(
  fc.oneof(
    fc
      .record({ run: fc.constantFrom(RUN, OTHER), step: fc.nat({ max: 50 }) })
      .map(({ run, step }): StoreEvent => point(run, step)),
    fc
      .record({ run: fc.constantFrom(RUN, OTHER), value: fc.string() })
      .map(({ run, value }): StoreEvent => ({ kind: 'params', run, params: { p: value } })),
    fc.constantFrom(ended(RUN), ended(OTHER)),
    fc.constant<StoreEvent>({ kind: 'run-updated', run: RUN, status: 'RUNNING' }),
  ),
  { minLength: 1, maxLength: 3 },
);

describe('the logs of one process', () => {
  it('give the same answers as a memory store, however runs are spread over segments', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyCall, { maxLength: 20 }),
        fc.record({
          logBytes: fc.integer({ min: 400, max: 2000 }),
          idleMs: fc.constantFrom(-1, FOREVER_MS),
          sharedRunBytes: fc.integer({ min: 0, max: 1000 }),
          openRunLogs: fc.integer({ min: 0, max: 2 }),
          bufferedBytes: fc.integer({ min: 0, max: 1000 }),
        }),
        fc.constantFrom('os' as const, 'fsync' as const, 'buffered' as const),
        async (calls, limits, durability) => {
          const { folder, store } = newStore(limits, { durability });
          const memory = new MemoryStore();
          for (const events of [[created(RUN)], [created(OTHER)], ...calls]) {
            await store.append(events);
            await memory.append(events);
          }
          await store.close();
          const damage: StoreDamage[] = [];
          const reader = openFileStore(folder, { onDamage: (found) => damage.push(found) });
          expect(await reader.runs({})).toEqual(await memory.runs({}));
          for (const run of RUN_IDS) {
            expect(await reader.metricHistory(run, 'loss')).toEqual(
              await memory.metricHistory(run, 'loss'),
            );
          }
          expect(damage).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are sealed when they are full, and never exceed the limit by more than the last line', async () => {
    const { store, logs } = newStore({ logBytes: 2000 });
    await store.append([created(RUN)]);
    for (let step = 0; step < 60; step += 1) await store.append([point(RUN, step)]);
    const all = logs();
    expect(all.length).toBeGreaterThan(3);
    for (const log of all.slice(0, -1)) {
      expect(kinds(log).at(-1)).toBe('sealed');
      // The closing line may exceed the limit.
      expect(log.join('\n').length).toBeLessThan(2100);
    }
    expect(new Set(all.map(([header]) => JSON.parse(header as string).writer as string)).size).toBe(
      1,
    );
    expect(await store.metricHistory(RUN, 'loss')).toHaveLength(60);
  });

  it('are sealed by the first write after an idle time', async () => {
    const { store, logs } = newStore({ idleMs: -1 });
    for (const run of RUN_IDS) await store.append([created(run)]);
    expect(logs().map(kinds)).toEqual([
      ['log', 'run-created', 'sealed'],
      ['log', 'run-created'],
    ]);
  });
});

describe('a run that has grown', () => {
  it('has its own log above a size, until it ends', async () => {
    const { store, logs } = newStore({ sharedRunBytes: 1000 });
    for (const run of RUN_IDS) await store.append([created(run)]);
    for (let step = 0; step < 50; step += 1) await store.append([point(RUN, step)]);
    await store.append([point(OTHER, 1)]);
    await store.append([ended(RUN)]);
    await store.append([{ kind: 'tags', run: RUN, tags: { late: 'yes' } }]);
    const [shared, own] = logs() as [string[], string[]];
    expect(logs()).toHaveLength(2);
    expect(runsIn(shared)).toEqual(new Set([RUN, OTHER]));
    expect(runsIn(own)).toEqual(new Set([RUN, undefined]));
    expect(kinds(own).slice(-2)).toEqual(['run-updated', 'sealed']);
    expect(kinds(shared).at(-1)).toBe('tags');
    const { through } = await store.runStateDigest(RUN);
    expect(Object.keys(through)).toHaveLength(2);
  });

  it('is not lost while its process lives, although several writers logged it', async () => {
    const { folder, store } = newStore({ sharedRunBytes: 0 });
    await store.append([created(RUN)]);
    await store.append([point(RUN, 1)]);
    expect((await openFileStore(folder).runs({}))[0]?.status).toBe('RUNNING');
  });

  it('keeps its file open only within the limit of open files', async () => {
    const { folder, store, logs } = newStore({ sharedRunBytes: 0, openRunLogs: 3 });
    const runs = Array.from({ length: 20 }, (_, at) => at.toString(16).padStart(32, '0') as RunId);
    for (const run of runs) await store.append([created(run)]);
    for (let step = 0; step < 3; step += 1) {
      for (const run of runs) await store.append([point(run, step)]);
    }
    if (process.platform === 'linux') {
      const open = readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
        } catch {
          return false;
        }
      });
      expect(open).toHaveLength(4);
    }
    expect(logs()).toHaveLength(21);
    for (const run of runs) expect(await store.metricHistory(run, 'loss')).toHaveLength(3);
    await store.close();
    for (const log of logs()) expect(kinds(log).at(-1)).toBe('sealed');
  });

  it('continues in another log if its closed file was changed or moved', async () => {
    const { folder, store } = newStore({ sharedRunBytes: 0, openRunLogs: 0 });
    await store.append([created(RUN)]);
    await store.append([point(RUN, 0)]);
    const own = readdirSync(join(folder, 'logs')).sort().at(-1) as string;
    const path = join(folder, 'logs', own);
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"torn`);
    await store.append([point(RUN, 1)]);
    renameSync(path, join(folder, 'moved'));
    await store.append([point(RUN, 2)]);
    renameSync(join(folder, 'moved'), path);
    expect(await store.metricHistory(RUN, 'loss')).toHaveLength(3);
  });
});

describe('runs that end closely together', () => {
  it('are synced together, and soon', async () => {
    const folder = temporaryFolder();
    const { id } = createStore(folder);
    let syncs = 0;
    const sync = (fd: number): void => {
      syncs += 1;
      NODE_LOG_FILES.sync(fd);
    };
    const writers = new ProcessLogs({
      folder,
      ensureStore: () => id,
      durability: 'os',
      files: { ...NODE_LOG_FILES, sync },
      clock: new HybridClock(),
      onUnwritten: () => {},
      onOpenRuns: () => {},
    });
    const startMs = Date.now();
    let before = 0;
    for (let at = 0; at < 200; at += 1) {
      writers.append([created(RUN)]);
      before = syncs;
      writers.append([ended(RUN)]);
    }
    expect(syncs).toBeLessThan(4 + (Date.now() - startMs) / 50);
    while (syncs === before) await setTimeout(5);
    await setTimeout(200);
    expect(syncs).toBe(before + 1);
    writers.close();
  });
});

describe('buffered lines', () => {
  const buffered = (limits: Partial<LogLimits> = {}, options: FileStoreOptions = {}) =>
    newStore({ bufferedMs: FOREVER_MS, ...limits }, { ...options, durability: 'buffered' });
  const points = (log: readonly string[] | undefined): number =>
    kinds(log).filter((kind) => kind === 'metrics').length;

  it('are written together when there are enough of them', async () => {
    const { store, logs } = buffered({ bufferedBytes: 1000 });
    await store.append([created(RUN)]);
    for (let step = 0; step < 20; step += 1) await store.append([point(RUN, step)]);
    const written = points(logs()[0]);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(20);
    expect(logs().join('').length).toBeLessThan(20 * 150);
    await store.close();
    expect(points(logs()[0])).toBe(20);
  });

  it('are written after a while, without another call', async () => {
    const { folder, store } = buffered({ bufferedMs: 5 });
    await store.append([created(RUN), point(RUN, 0)]);
    const reader = openFileStore(folder);
    while ((await reader.runs({})).length === 0) await setTimeout(5);
    expect(await reader.metricHistory(RUN, 'loss')).toHaveLength(1);
  });

  it.each<[string, (store: ReturnType<typeof openFileStore>) => unknown]>([
    ['before this process reads', (store) => store.runs({})],
    ['with the end of a run', (store) => store.append([ended(RUN)])],
    ['by flush, before it returns', (store) => store.flush()],
    ['by close', (store) => store.close()],
  ])('are written %s', async (_, act) => {
    const { folder, store } = buffered();
    await store.append([created(RUN)]);
    await store.append([point(RUN, 0)]);
    expect(await openFileStore(folder).runs({})).toEqual([]);
    const acted = act(store);
    expect(
      points(
        readFileSync(join(folder, 'logs', readdirSync(join(folder, 'logs'))[0] as string), 'utf8')
          .trimEnd()
          .split('\n'),
      ),
    ).toBe(1);
    await acted;
  });

  it('are kept while they cannot be written, reported by every call, and written later', async () => {
    const damage: StoreDamage[] = [];
    const { folder, store } = buffered(
      { bufferedMs: 5 },
      { onDamage: (found) => damage.push(found) },
    );
    // From here on the store needs no read before a write.
    await store.runs({});
    // A file where the folder should be.
    writeFileSync(folder, '');
    await store.append([created(RUN), point(RUN, 0)]);
    while (damage.length === 0) await setTimeout(5);
    expect(damage[0]?.reason).toMatch(/1 buffered call since .* could not be written/);
    await expect(store.append([point(RUN, 1)])).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      details: { unwrittenCalls: 1 },
    });
    expect(() => store.flush()).toThrow(/could not be written/);
    renameSync(folder, `${folder}-away`);
    await store.append([point(RUN, 2)]);
    expect((await store.metricHistory(RUN, 'loss')).map(({ step }) => step)).toEqual([0, 2]);
    expect(damage).toHaveLength(1);
  });

  it('are reported by close if they are lost', async () => {
    const { folder, store } = buffered();
    await store.append([created(RUN)]);
    writeFileSync(folder, '');
    await expect(store.close()).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      details: { unwrittenCalls: 1 },
    });
  });
});

it('the limits are those in the documentation', () => {
  expect(LOG_LIMITS).toMatchObject({ logBytes: 2 ** 26, idleMs: 3_600_000, bufferedMs: 100 });
});
