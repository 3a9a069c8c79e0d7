import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import type { ExperimentId, LoggedModelId, RunId } from '../../model/ids.ts';
import type { LoggedModel } from '../../model/logged-model.ts';
import { deleteRegisteredModel } from '../../registry/delete-registered-model.ts';
import { registerVersion } from '../../registry/register-version.ts';
import { recheckLines } from '../../testing/recheck-lines.ts';
import { BY, collect, purgeIn, SECRET, stateOf, storeOf } from '../../testing/store-to-collect.ts';
import { deleteRun } from '../../tracking/delete-run.ts';
import { ensureExperiment } from '../../tracking/find-experiment.ts';
import { purge } from '../../tracking/purge.ts';
import { openFileStore } from '../file-store.ts';
import { commitFile, LAYOUT, registryFolder } from '../layout.ts';
import { collectGarbage } from './collect-garbage.ts';
import { planGarbage } from './plan-garbage.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function logsOf(folder: string): string[] {
  return readdirSync(join(folder, 'logs')).filter((name) => !name.startsWith('.'));
}

describe('a clean-up', () => {
  it('changes nothing in a store without purges', async () => {
    const { folder } = await storeOf(2);
    const before = filesBelow(folder).map((file) => readFileSync(file));
    const plan = await planGarbage(folder);
    expect(plan).toMatchObject({ rewrites: [], merges: [], removals: [], freedBytes: 0 });
    await collectGarbage(plan, { by: BY });
    expect(filesBelow(folder).map((file) => readFileSync(file))).toEqual(before);
  });

  it('removes purged things from the disk, and keeps everything else', async () => {
    const { folder, runs } = await storeOf(3);
    const [first, second, third] = runs as [RunId, RunId, RunId];
    await purgeIn(
      folder,
      ...runs.map((run) => ({ run, part: 'tag', key: 'leaked' }) as const),
      { run: second, part: 'metric', key: 'loss' },
      { run: third },
    );
    const before = await stateOf(folder);
    const plan = await planGarbage(folder);
    expect(plan.rewrites).toHaveLength(3);
    expect(plan.freedBytes).toBeGreaterThan(0);
    expect(filesBelow(folder).some((file) => readFileSync(file).includes(SECRET))).toBe(true);
    await collectGarbage(plan, { by: BY });
    expect(await stateOf(folder)).toEqual(before);
    for (const file of filesBelow(folder)) {
      const text = readFileSync(file, 'utf8');
      expect(text).not.toContain(SECRET);
      const isOfThird = text.includes(third) && !text.includes('"kind":"purged"');
      expect(isOfThird).toBe(false);
    }
    expect(await planGarbage(folder)).toMatchObject({ rewrites: [], freedBytes: 0 });
    expect(await stateOf(folder)).toMatchObject({ runs: [{ runId: second }, { runId: first }] });
  });

  it('keeps the purge in force over a restored copy of the old logs, which the next clean-up removes', async () => {
    const { folder, runs } = await storeOf(12);
    const old = join(temporaryFolder(), 'old');
    cpSync(join(folder, 'logs'), old, { recursive: true });
    for (const run of runs) await purgeIn(folder, { run, part: 'tag', key: 'leaked' });
    const before = await stateOf(folder);
    await collect(folder);
    expect(logsOf(folder)).toHaveLength(1);
    cpSync(old, join(folder, 'logs'), { recursive: true });
    expect(await stateOf(folder)).toEqual(before);
    const plan = await planGarbage(folder);
    expect(plan.removals.map(({ why }) => why)).toEqual(Array(12).fill('superseded'));
    await collectGarbage(plan, { by: BY });
    expect(await stateOf(folder)).toEqual(before);
    expect(filesBelow(folder).some((file) => readFileSync(file).includes(SECRET))).toBe(false);
  });

  it('merges the logs of many short processes into one', async () => {
    const { folder, runs } = await storeOf(20);
    const digests = async () => {
      const store = openFileStore(folder);
      return Promise.all(runs.map((run) => store.runStateDigest(run)));
    };
    const [before, digestsBefore] = [await stateOf(folder), await digests()];
    const plan = await planGarbage(folder);
    expect(plan).toMatchObject({ merges: [{ sources: { length: 20 } }], freedFiles: 19 });
    await collectGarbage(plan, { by: BY });
    expect(logsOf(folder)).toHaveLength(1);
    expect(await stateOf(folder)).toEqual(before);
    expect(await digests()).toEqual(digestsBefore);
    // Later writes go to another log, and win.
    const store = openFileStore(folder);
    const [run = '' as RunId] = runs;
    await store.append([{ kind: 'tags', run, tags: { later: '1' } }]);
    expect((await store.runs({ runIds: [run] }))[0]?.tags).toMatchObject({ later: '1' });
    await store.close();
    expect(await planGarbage(folder)).toMatchObject({ merges: [], rewrites: [] });
  });

  it('leaves the log of a living process unchanged, and rewrites it once the process has closed it', async () => {
    const { folder, runs } = await storeOf(1);
    const living = openFileStore(folder);
    const [run = '' as RunId] = runs;
    await living.append([{ kind: 'params', run, params: { secret: SECRET } }]);
    await purge(living, { run, part: 'param', key: 'secret' }, { by: BY });
    const [log = ''] = logsOf(folder).filter((name) =>
      readFileSync(join(folder, 'logs', name)).includes('"secret"'),
    );
    const plan = await planGarbage(folder);
    expect(plan.leftOut).toEqual([{ file: `logs/${log}`, why: 'alive' }]);
    expect(plan.rewrites).toEqual([]);
    await living.close();
    expect((await planGarbage(folder)).rewrites).toMatchObject([{ file: `logs/${log}` }]);
  });

  it('removes what a living process logged for a purged experiment once its log is closed', async () => {
    const folder = join(temporaryFolder(), 'store');
    const creator = openFileStore(folder);
    const { experimentId } = await ensureExperiment(creator, 'doomed');
    const draft = { experimentId, name: SECRET, userId: SECRET, startTimeMs: 1 };
    const { runId } = await creator.createRun({ ...draft, tags: { leaked: SECRET } });
    const { modelId } = await creator.createLoggedModel({
      experimentId,
      name: SECRET,
      creationTimeMs: 1,
      params: { leaked: SECRET },
    });
    await creator.close();
    const living = openFileStore(folder);
    await living.append([
      { kind: 'params', run: runId, params: { leaked: SECRET } },
      { kind: 'model-tags', model: modelId, timeMs: 2, tags: { leaked: SECRET } },
    ]);
    await purgeIn(folder, { experiment: experimentId });
    // The experiments of the run and the model were in the log that is rewritten here.
    await collect(folder);
    expect((await planGarbage(folder)).leftOut).toHaveLength(1);
    await living.close();
    await collect(folder);
    expect(filesBelow(folder).filter((file) => readFileSync(file).includes(SECRET))).toEqual([]);
    expect(await planGarbage(folder)).toMatchObject({ rewrites: [], freedBytes: 0 });
    expect(await stateOf(folder)).toMatchObject({ runs: [] });
  });

  it('rewrites an unsealed log whose process has been dead for a day, without its torn tail', async () => {
    const { folder, runs } = await storeOf(1);
    const [run = '' as RunId] = runs;
    const [name = ''] = logsOf(folder);
    const place = join(folder, 'logs', name);
    // As if another machine lost its power while its process was writing.
    const dead = readFileSync(place, 'utf8')
      .replace(/\{[^\n]*"sealed"[^\n]*\}\n/, '{"at":17,"kind":"tor')
      .replace(/"boot":"[^"]*"/, '"boot":"elsewhere"');
    writeFileSync(place, recheckLines(dead));
    await purgeIn(folder, { run, part: 'tag', key: 'leaked' });
    const before = await stateOf(folder);
    expect((await planGarbage(folder)).leftOut).toEqual([{ file: `logs/${name}`, why: 'unknown' }]);
    const longAgo = new Date(Date.now() - 8 * DAY_MS);
    utimesSync(place, longAgo, longAgo);
    await collect(folder);
    expect(await stateOf(folder)).toEqual(before);
    expect(readFileSync(place, 'utf8')).not.toContain(SECRET);
    expect(readFileSync(place, 'utf8')).toMatch(/"kind":"sealed"[^\n]*\}\n$/);
  });

  it('removes the artifacts of what was purged elsewhere, and abandoned partial files', async () => {
    const { folder, runs } = await storeOf(2);
    const [first, second] = runs as [RunId, RunId];
    const other = join(temporaryFolder(), 'other');
    cpSync(join(folder, 'artifacts'), other, { recursive: true });
    await purgeIn(folder, { run: first });
    await purgeIn(folder, { run: second, part: 'artifact', key: 'notes' });
    // A copy from elsewhere restores the files. One file was added since.
    cpSync(other, join(folder, 'artifacts'), { recursive: true });
    const later = openFileStore(folder);
    const owner = { kind: 'run', experimentId: '0' as ExperimentId, runId: second } as const;
    const file = await later.artifacts.write(owner, 'notes/later.txt', Buffer.from('kept'));
    await later.append([{ kind: 'artifact', owner: { run: second }, file }]);
    await later.close();
    for (const [name, ageMs] of [
      ['old.partial', 2 * DAY_MS],
      ['new.partial', 0],
    ] as const) {
      const place = join(folder, 'artifacts', '.partial', name);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, 'half');
      utimesSync(place, new Date(), new Date(Date.now() - ageMs));
    }
    const plan = await planGarbage(folder);
    expect(plan.removals).toEqual([
      { path: `artifacts/0/${first}`, files: 1, bytes: 7, why: 'purged' },
      { path: `artifacts/0/${second}/notes/a.txt`, files: 1, bytes: 7, why: 'purged' },
      { path: 'artifacts/.partial/old.partial', files: 1, bytes: 4, why: 'partial' },
    ]);
    await collectGarbage(plan, { by: BY });
    const left = filesBelow(join(folder, 'artifacts'));
    expect(left).toEqual([
      join(folder, 'artifacts/.partial/new.partial'),
      join(folder, `artifacts/0/${second}/notes/later.txt`),
    ]);
  });

  it('removes nothing through a link that replaced a purged artifact', async () => {
    const { folder, runs } = await storeOf(1);
    const [run] = runs as [RunId];
    await purgeIn(folder, { run, part: 'artifact', key: 'notes' });
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'a.txt'), 'theirs');
    mkdirSync(join(folder, 'artifacts', '0', run), { recursive: true });
    symlinkSync(outside, join(folder, 'artifacts', '0', run, 'notes'));
    expect((await planGarbage(folder)).removals).toEqual([]);
    await collect(folder);
    expect(readdirSync(outside)).toEqual(['a.txt']);
  });

  it('purges what was deleted long enough ago, except what a model version needs', async () => {
    const { folder, runs } = await storeOf(3);
    const [first, second, third] = runs as [RunId, RunId, RunId];
    const store = openFileStore(folder);
    const { modelId } = await store.createLoggedModel({
      experimentId: '0' as ExperimentId,
      name: 'm',
      creationTimeMs: 1,
      sourceRunId: second,
    });
    await store.append([{ kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' }]);
    const [model] = await store.loggedModels({ modelIds: [modelId] });
    if (model === undefined) throw new Error('the model was lost');
    await registerVersion(store, { name: 'penguins', model, by: BY });
    await deleteRun(store, first);
    await deleteRun(store, second);
    const { experimentId } = await ensureExperiment(store, 'kept');
    await store.close();
    const later = Date.now() + 31 * DAY_MS;
    expect((await planGarbage(folder, { expireAfterMs: 30 * DAY_MS })).expired).toEqual([]);
    const plan = await planGarbage(folder, { expireAfterMs: 30 * DAY_MS, nowMs: later });
    expect(plan).toMatchObject({
      expired: [{ run: first }],
      kept: [{ id: second, neededBy: [{ model: 'penguins', version: 1 }], referredBy: [] }],
    });
    await collectGarbage(plan, { by: BY });
    const left = openFileStore(folder);
    const ids = (await left.runs({})).map(({ runId }) => runId);
    expect(ids.sort()).toEqual([second, third].sort());
    expect((await left.experiments()).map((e) => e.experimentId)).toContain(experimentId);
  });

  it('purges a deleted experiment and the deleted runs in it, in any order', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    const { experimentId } = await ensureExperiment(store, 'old');
    const draft = { experimentId, name: 'r', userId: 'ada', startTimeMs: 1 };
    const { runId } = await store.createRun(draft);
    const stage = 'deleted' as const;
    await store.append([
      { kind: 'experiment-updated', experiment: experimentId, timeMs: 1, stage },
      { kind: 'run-updated', run: runId, stage },
      // An event of a run whose creation is in a log that is missing here.
      { kind: 'run-updated', run: 'f'.repeat(32) as RunId, stage },
    ]);
    await store.close();
    await collect(folder, { expireAfterMs: 0 });
    expect(await stateOf(folder)).toMatchObject({ runs: [] });
    expect((await planGarbage(folder, { expireAfterMs: 0 })).expired).toEqual([]);
  });

  it('keeps what was purged in one store and registered in another, once they are merged', async () => {
    const { folder, runs } = await storeOf(1);
    const [run = '' as RunId] = runs;
    const copy = join(temporaryFolder(), 'copy');
    cpSync(folder, copy, { recursive: true });
    await purgeIn(copy, { run });
    const store = openFileStore(folder);
    const { modelId } = await store.createLoggedModel({
      experimentId: '0' as ExperimentId,
      name: 'm',
      creationTimeMs: 1,
      sourceRunId: run,
    });
    await store.append([{ kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' }]);
    const [model] = await store.loggedModels({ modelIds: [modelId] });
    if (model === undefined) throw new Error('the model was lost');
    await registerVersion(store, { name: 'penguins', model, by: BY });
    await store.close();
    cpSync(join(copy, 'logs'), join(folder, 'logs'), { recursive: true });
    const plan = await planGarbage(folder);
    expect(plan).toMatchObject({ rewrites: [], removals: [], kept: [{ id: run }] });
  });

  it('continues with a damaged chain, keeps what its versions may need, and names the chain', async () => {
    const { folder, runs } = await storeOf(3);
    const [first, second, third] = runs as [RunId, RunId, RunId];
    await purgeIn(folder, { run: first, part: 'tag', key: 'leaked' }, { run: second });
    const store = openFileStore(folder);
    await deleteRun(store, third);
    await store.close();
    const place = registryFolder('penguins');
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, commitFile(1)), '{');
    const plan = await planGarbage(folder, { expireAfterMs: 0 });
    expect(plan.damagedChains).toMatchObject([{ file: place }]);
    expect(plan.expired).toEqual([]);
    await collectGarbage(plan, { by: BY });
    const holders = (): number =>
      logsOf(folder).filter((name) => readFileSync(join(folder, 'logs', name)).includes(SECRET))
        .length;
    expect(holders()).toBe(2);
    rmSync(join(folder, place), { recursive: true });
    expect(await planGarbage(folder)).toMatchObject({ damagedChains: [] });
    await collect(folder);
    expect(holders()).toBe(1);
  });

  it('removes announcements of versions that are a day old, and those of purged models', async () => {
    const { folder } = await storeOf(1);
    const store = openFileStore(folder);
    const draft = { experimentId: '0' as ExperimentId, name: 'm', creationTimeMs: 1 };
    const ids: LoggedModelId[] = [];
    for (const name of ['young', 'old', 'gone']) {
      const { modelId } = await store.createLoggedModel({ ...draft, name });
      await store.append([{ kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' }]);
      const [model] = await store.loggedModels({ modelIds: [modelId] });
      await registerVersion(store, { name, model: model as LoggedModel, by: BY });
      ids.push(modelId);
    }
    await store.close();
    const [young, old, gone] = ids as [LoggedModelId, LoggedModelId, LoggedModelId];
    const announced = (id: LoggedModelId): string[] =>
      filesBelow(join(folder, LAYOUT.announcements)).filter((file) => file.includes(id));
    expect(ids.map((id) => announced(id).length)).toEqual([1, 1, 1]);
    const longAgo = new Date(Date.now() - 2 * DAY_MS);
    for (const file of announced(old)) utimesSync(file, longAgo, longAgo);
    const deleter = openFileStore(folder);
    await deleteRegisteredModel(deleter, { name: 'gone', by: BY });
    await deleter.close();
    await purgeIn(folder, { model: gone });
    const { removals } = await planGarbage(folder);
    expect(removals.map(({ why }) => why).sort()).toEqual(['idle', 'purged']);
    await collect(folder);
    expect(ids.map((id) => announced(id).length)).toEqual([1, 0, 0]);
    expect(readdirSync(join(folder, LAYOUT.announcements))).toEqual([young]);
  });
});
