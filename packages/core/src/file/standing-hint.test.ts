import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoreEvent } from '../events/store-event.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { Store } from '../port/store.ts';
import { type Act, perform } from '../testing/store-acts.ts';
import type { PurgeTarget } from '../tracking/purge-plan.ts';
import { type FileStoreOptions, openFileStore } from './file-store.ts';
import { LAYOUT } from './layout.ts';
import { mergeStores } from './merge/merge-stores.ts';
import type { StoreDamage } from './store-damage.ts';

const run = 'a'.repeat(32) as RunId;
const model = 'm-1' as LoggedModelId;
const BY = { name: 'ada', authenticated: false } as const;

const append = (event: StoreEvent): Act => ({ kind: 'append', events: [event] });
const param = append({ kind: 'params', run, params: { leaked: 'secret' } });
const metric = append({ kind: 'metrics', run, timeMs: 1, step: 1, metrics: { leaked: 1 } });
const modelTag = append({ kind: 'model-tags', model, timeMs: 2, tags: { leaked: 'secret' } });
const part = (name: 'param' | 'metric' | 'tag' | 'artifact'): PurgeTarget => ({
  run,
  part: name,
  key: 'leaked',
});

/** A purge by another process, a write of the purged thing, and the error of the write. */
const PURGES: readonly [string, (home: ExperimentId) => PurgeTarget, Act, string][] = [
  ['run', () => ({ run }), metric, 'RUN_NOT_FOUND'],
  ['param', () => part('param'), param, 'PURGED'],
  ['tag', () => part('tag'), append({ kind: 'tags', run, tags: { leaked: 'secret' } }), 'PURGED'],
  ['metric', () => part('metric'), metric, 'PURGED'],
  ['logged model', () => ({ model }), modelTag, 'LOGGED_MODEL_NOT_FOUND'],
  ['tag of a logged model', () => ({ model, part: 'tag', key: 'leaked' }), modelTag, 'PURGED'],
  ['experiment', (experiment) => ({ experiment }), metric, 'RUN_NOT_FOUND'],
];

describe('a write after a change by another process', () => {
  let script: string;
  beforeAll(async () => {
    script = await bundleScript(new URL('../testing/perform-acts.ts', import.meta.url));
  });

  /** A store with a handle that has read and written, and has no other reason to read again. */
  async function start(options: FileStoreOptions = {}) {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder, options);
    const { experimentId } = await store.createExperiment({ name: 'e', creationTimeMs: 1 });
    expect(await perform(store, { kind: 'create-run', run, experiment: experimentId })).toBe(
      'done',
    );
    expect(await perform(store, { kind: 'create-model', model, experiment: experimentId })).toBe(
      'done',
    );
    expect(await perform(store, append({ kind: 'tags', run, tags: { at: 'work' } }))).toBe('done');
    store.flush();
    return { folder, store, experimentId };
  }

  const elsewhere = async (folder: string, ...acts: Act[]): Promise<void> => {
    await promisify(execFile)(process.execPath, [script, folder, JSON.stringify(acts)]);
  };
  const purges = (target: PurgeTarget): Act => ({ kind: 'purge', target });

  it.each(PURGES)('is refused after a purge: %s', async (_, target, write, code) => {
    const { folder, store, experimentId } = await start();
    await elsewhere(folder, purges(target(experimentId)));
    expect(await perform(store, write)).toBe(code);
    expect(await perform(store, write)).toBe(code);
    await store.close();
  });

  it('is refused after a purge: artifact', async () => {
    const { folder, store, experimentId } = await start();
    await elsewhere(folder, purges(part('artifact')));
    const owner = { kind: 'run', experimentId, runId: run } as const;
    expect(() => store.artifacts.writeSync?.(owner, 'leaked', new Uint8Array(1))).toThrow('purged');
    await store.close();
  });

  it.each(['buffered', 'fsync'] as const)(
    'is refused after a purge with any durability: %s',
    async (durability) => {
      const { folder, store } = await start({ durability });
      await elsewhere(folder, purges({ run }));
      expect(await perform(store, metric)).toBe('RUN_NOT_FOUND');
      await store.close();
    },
  );

  it('is refused after a purge even if the process did not yield in between', async () => {
    const { folder, store } = await start();
    const before = perform(store, metric);
    execFileSync(process.execPath, [script, folder, JSON.stringify([purges({ run })])]);
    const after = perform(store, metric);
    expect(await Promise.all([before, after])).toEqual(['done', 'RUN_NOT_FOUND']);
    await store.close();
  });

  it('is refused after a purge even if the derived files were deleted', async () => {
    const { folder, store } = await start();
    await elsewhere(folder, purges({ run }));
    rmSync(join(folder, LAYOUT.index), { recursive: true });
    expect(await perform(store, metric)).toBe('RUN_NOT_FOUND');
    await store.close();
  });

  it('is refused after a merge of a purge', async () => {
    const { folder, store } = await start();
    const copy = join(temporaryFolder(), 'copy');
    await mergeStores({ into: copy, from: folder, by: BY });
    await elsewhere(copy, purges({ run }));
    await mergeStores({ into: folder, from: copy, by: BY });
    expect(await perform(store, metric)).toBe('RUN_NOT_FOUND');
    await store.close();
  });

  it('is refused after a deletion, and accepted after the run is restored', async () => {
    const { folder, store, experimentId: experiment } = await start();
    const staged = (stage: 'active' | 'deleted'): Act =>
      append({ kind: 'run-updated', run, stage });
    await elsewhere(folder, staged('deleted'));
    expect(await perform(store, metric)).toBe('RUN_DELETED');
    await elsewhere(folder, staged('active'));
    expect(await perform(store, metric)).toBe('done');
    await elsewhere(
      folder,
      append({ kind: 'experiment-updated', experiment, timeMs: 2, stage: 'deleted' }),
    );
    expect(await perform(store, metric)).toBe('EXPERIMENT_DELETED');
    await store.close();
  });

  it('is refused at once in every handle of the process that purges', async () => {
    const { folder, store } = await start();
    const others = [openFileStore(folder), openFileStore(folder)] as [Store, Store];
    for (const other of others) expect(await perform(other, metric)).toBe('done');
    await store.append([{ kind: 'purged', run, timeMs: 1, by: BY }]);
    for (const other of [store, ...others]) {
      expect(await perform(other, metric)).toBe('RUN_NOT_FOUND');
    }
  });
});

describe('the file that reports a change to other processes', () => {
  it('is not created by a reader', async () => {
    const folder = join(temporaryFolder(), 'store');
    await openFileStore(folder).runs({});
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  it('is the only file in its folder', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    for (let at = 0; at < 3; at += 1) {
      await store.append([{ kind: 'purged', run, timeMs: 1, by: BY }]);
    }
    expect(readdirSync(join(folder, LAYOUT.standing, '..'))).toEqual(['last-change']);
  });

  it('is reported as damage if it cannot be written, and the purge holds', async () => {
    const folder = join(temporaryFolder(), 'store');
    const damage: StoreDamage[] = [];
    const store = openFileStore(folder, { onDamage: (found) => damage.push(found) });
    expect(await perform(store, { kind: 'create-experiment', name: 'e' })).toBe('done');
    rmSync(join(folder, LAYOUT.index), { recursive: true });
    mkdirSync(join(folder, LAYOUT.index));
    writeFileSync(join(folder, LAYOUT.standing, '..'), 'a file where a folder has to be');
    await store.append([{ kind: 'purged', run, timeMs: 1, by: BY }]);
    expect(damage).toMatchObject([{ file: LAYOUT.standing }]);
    expect(await perform(store, metric)).toBe('RUN_NOT_FOUND');
  });
});
