import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExperimentId, RunId } from '../model/ids.ts';
import { approveRequest } from '../registry/approve-request.ts';
import { createModelVersion } from '../registry/create-model-version.ts';
import { createRegisteredModel } from '../registry/create-registered-model.ts';
import { deleteModelVersion, deleteRegisteredModel } from '../registry/delete-registered-model.ts';
import { getRegisteredModel } from '../registry/find-version.ts';
import { renameRegisteredModel } from '../registry/rename-registered-model.ts';
import { requestTransition } from '../registry/request-transition.ts';
import { setAlias } from '../registry/set-alias.ts';
import { setTransitionRules } from '../registry/set-rules.ts';
import { setRegistryTag } from '../registry/set-tag.ts';
import { transitionStage } from '../registry/transition-stage.ts';
import { verifyChain } from '../registry/verify-chain.ts';
import type { Store } from '../store/store.ts';
import { purge } from '../tracking/purge.ts';
import { openFileStore } from './file-store.ts';
import { collectGarbage } from './gc/collect-garbage.ts';
import { planGarbage } from './gc/plan-garbage.ts';
import { mergeStores } from './merge-stores.ts';

const ADA = { name: 'ada', authenticated: false } as const;
const BOB = { name: 'bob', authenticated: false } as const;
const PRODUCTION = { kind: 'stage', stage: 'Production' } as const;

const merge = (into: string, from: string, options: { rebase?: boolean; dryRun?: boolean } = {}) =>
  mergeStores({ into, from, by: ADA, ...options });

async function within<T>(folder: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = openFileStore(folder);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** A store with a registered model `p` of one version, and a copy of it. */
async function twoCopies() {
  const base = temporaryFolder();
  const [a, b] = [join(base, 'a'), join(base, 'b')];
  await within(a, async (store) => {
    await createRegisteredModel(store, { name: 'p', by: ADA });
    await createModelVersion(store, { name: 'p', source: 's3://b/1', by: ADA });
  });
  cpSync(a, b, { recursive: true });
  return { a, b, copy: (from: string, name: string) => copyOf(from, join(base, name)) };
}

function copyOf(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  return to;
}

/** Everything that a store says of its runs and experiments. */
async function foldOf(folder: string) {
  return within(folder, async (store) => ({
    experiments: await store.experiments(),
    runs: await store.runs({}),
    models: await store.loggedModels({}),
  }));
}

/** The logs of a store as they look on another machine, long after. */
function makeOld(folder: string): void {
  const longAgo = new Date(Date.now() - 9 * 24 * 60 * 60 * 1000);
  for (const name of readdirSync(join(folder, 'logs'))) {
    const place = join(folder, 'logs', name);
    const text = readFileSync(place, 'utf8');
    writeFileSync(place, text.replace(/"boot":"[^"]*"/, '"boot":"elsewhere"'));
    utimesSync(place, longAgo, longAgo);
  }
}

async function newRun(store: Store, name = 'r'): Promise<RunId> {
  const draft = { experimentId: '0' as ExperimentId, name, userId: 'ada', startTimeMs: 1 };
  return (await store.createRun(draft)).runId;
}

describe('merging stores', () => {
  it('brings runs, artifacts and models of both together, once', async () => {
    const base = temporaryFolder();
    const [a, b] = [join(base, 'a'), join(base, 'b')];
    const bytes = new TextEncoder().encode('weights');
    await within(a, async (store) => {
      await newRun(store, 'of a');
    });
    await within(b, async (store) => {
      const runId = await newRun(store, 'of b');
      const owner = { kind: 'run', runId, experimentId: '0' as ExperimentId } as const;
      const file = await store.artifacts.write(owner, 'deep/w', bytes);
      await store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
      await createRegisteredModel(store, { name: 'q', by: BOB });
    });
    const before = readdirSync(join(a, 'logs'));
    const dry = await merge(a, b, { dryRun: true });
    expect(readdirSync(join(a, 'logs'))).toEqual(before);
    expect(readdirSync(a)).not.toContain('registry');
    const report = await merge(a, b);
    expect(report).toEqual({ ...dry, dryRun: false });
    expect(report).toMatchObject({
      logs: { copied: { length: 1 }, extended: [] },
      artifacts: { copied: 1, copiedBytes: 7, conflicts: [] },
      models: [{ name: 'q', outcome: 'copied', commits: 1 }],
    });
    await within(a, async (store) => {
      const runs = await store.runs({});
      expect(runs.map(({ name }) => name).sort()).toEqual(['of a', 'of b']);
      const of = runs.find(({ name }) => name === 'of b');
      const path = join(a, 'artifacts', '0', of?.runId as string, 'deep', 'w');
      expect(readFileSync(path, 'utf8')).toBe('weights');
      await getRegisteredModel(store, 'q');
    });
    expect(await merge(a, b)).toMatchObject({
      logs: { copied: [], extended: [], unchanged: 1 },
      artifacts: { copied: 0, unchanged: 1 },
      models: [{ outcome: 'unchanged' }],
    });
  });

  it('comes to the same runs in either order, however the two went on apart', async () => {
    const step = fc.record({
      store: fc.constantFrom('a', 'b'),
      run: fc.nat(2),
      what: fc.constantFrom('tag', 'param', 'metric', 'end', 'new'),
      value: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const base = temporaryFolder();
        const [a, b] = [join(base, 'a'), join(base, 'b')];
        const runs = await within(a, async (store) => [
          await newRun(store),
          await newRun(store),
          await newRun(store),
        ]);
        copyOf(a, b);
        const stores = { a: openFileStore(a), b: openFileStore(b) };
        for (const { store, run: index, what, value } of steps) {
          const run = runs[index] as RunId;
          const to = stores[store as 'a' | 'b'];
          if (what === 'new') await newRun(to, `${value}`);
          else if (what === 'tag')
            await to.append([{ kind: 'tags', run, tags: { t: `${value}` } }]);
          else if (what === 'param') {
            await to.append([{ kind: 'params', run, params: { p: `${value}` } }]);
          } else if (what === 'metric') {
            const metrics = { m: value };
            await to.append([{ kind: 'metrics', run, timeMs: value, step: 1, metrics }]);
          } else {
            await to.append([{ kind: 'run-updated', run, status: 'FINISHED', endTimeMs: value }]);
          }
        }
        await stores.a.close();
        await stores.b.close();
        const [ab, ba] = [copyOf(a, join(base, 'ab')), copyOf(b, join(base, 'ba'))];
        await merge(ab, b);
        await merge(ba, a);
        const fold = await foldOf(ab);
        expect(fold.runs.length).toBeGreaterThanOrEqual(runs.length);
        expect(await foldOf(ba)).toEqual(fold);
        await merge(ab, ba);
        expect(await foldOf(ab)).toEqual(fold);
      }),
      { numRuns: 12 },
    );
  });

  it('takes the longer of two copies of one log, without its torn end', async () => {
    const base = temporaryFolder();
    const [a, b] = [join(base, 'a'), join(base, 'b')];
    const writer = openFileStore(a);
    const run = await newRun(writer);
    copyOf(a, b);
    await writer.append([{ kind: 'tags', run, tags: { late: 'yes' } }]);
    const [log] = readdirSync(join(a, 'logs')) as [string];
    appendFileSync(join(a, 'logs', log), '{"torn');
    expect(await merge(b, a)).toMatchObject({ logs: { extended: [log] } });
    expect(readFileSync(join(b, 'logs', log), 'utf8').endsWith('}\n')).toBe(true);
    expect(await merge(a, b)).toMatchObject({ logs: { copied: [], extended: [], unchanged: 1 } });
    await within(b, async (store) => {
      expect((await store.runs({}))[0]?.tags.late).toBe('yes');
    });
    await writer.close();
  });

  it('keeps what a log went on to hold after a copy of it was written anew', async () => {
    const base = temporaryFolder();
    const [live, backup, third] = [join(base, 'live'), join(base, 'backup'), join(base, 'third')];
    const store = openFileStore(live);
    const run = await newRun(store);
    await store.append([{ kind: 'params', run, params: { secret: '1', other: '2', early: '3' } }]);
    for (const folder of [backup, third]) makeOld(copyOf(live, folder));
    for (const [folder, key] of [
      [backup, 'secret'],
      [third, 'other'],
    ] as const) {
      await within(folder, (copy) => purge(copy, { run, part: 'param', key }, { by: ADA }));
      await collectGarbage(await planGarbage(folder), { by: ADA });
    }
    await store.append([{ kind: 'params', run, params: { late: '4' } }]);
    await store.close();
    // Two rewrites of one log are no damage, whatever each of them lacks.
    for (const [into, from] of [
      [live, backup],
      [live, third],
      [backup, live],
      [third, live],
    ] as const) {
      await merge(into, from);
      const again = await merge(into, from);
      expect(again.logs).toMatchObject({ copied: [], extended: [] });
    }
    for (const folder of [live, backup, third]) {
      const { runs } = await foldOf(folder);
      expect(runs.map(({ params }) => params)).toEqual([{ early: '3', late: '4' }]);
    }
  });

  it('refuses logs of one name that differ, and changes nothing', async () => {
    const { a, b } = await twoCopies();
    await within(a, newRun);
    cpSync(join(a, 'logs'), join(b, 'logs'), { recursive: true });
    const [log] = readdirSync(join(b, 'logs')) as [string];
    const path = join(b, 'logs', log);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"ada"', '"eva"'));
    await within(b, (store) => createRegisteredModel(store, { name: 'q', by: BOB }));
    await expect(merge(a, b)).rejects.toMatchObject({ code: 'MERGE_DIVERGED' });
    await within(a, async (store) => expect(await store.registry.read('q')).toBeUndefined());
  });

  it('never overwrites an artifact of other content, unless the record says that it is the later', async () => {
    const base = temporaryFolder();
    const [a, b] = [join(base, 'a'), join(base, 'b')];
    const { run, owner } = await within(a, async (store) => {
      const runId = await newRun(store);
      const at = { kind: 'run', runId, experimentId: '0' as ExperimentId } as const;
      return { run: runId, owner: at };
    });
    copyOf(a, b);
    const write = (folder: string, path: string, text: string) =>
      within(folder, async (store) => {
        const file = await store.artifacts.write(owner, path, new TextEncoder().encode(text));
        await store.append([{ kind: 'artifact', owner: { run }, file }]);
      });
    await write(a, 'x', 'older');
    await write(b, 'x', 'newer');
    await write(b, 'y', 'older');
    await write(a, 'y', 'newer');
    const { artifacts } = await merge(a, b);
    expect(artifacts.conflicts).toMatchObject([
      { path: `0/${run}/x`, kept: 'theirs' },
      { path: `0/${run}/y`, kept: 'ours' },
    ]);
    for (const path of ['x', 'y']) {
      expect(readFileSync(join(a, 'artifacts', '0', run, path), 'utf8')).toBe('newer');
    }
  });
});

it('killed at any moment leaves a store that is whole, and is finished by merging again', async () => {
  const base = temporaryFolder();
  const [empty, from] = [join(base, 'empty'), join(base, 'from')];
  await within(empty, (store) => newRun(store));
  for (let index = 0; index < 20; index += 1) {
    // A store opened anew writes a log of its own.
    await within(from, async (store) => {
      const runId = await newRun(store, `${index}`);
      const owner = { kind: 'run', runId, experimentId: '0' as ExperimentId } as const;
      const file = await store.artifacts.write(owner, 'w', new Uint8Array(index));
      await store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
      await createRegisteredModel(store, { name: `model ${index}`, by: ADA });
      await createModelVersion(store, { name: `model ${index}`, source: 's3://b/1', by: ADA });
    });
  }
  const whole = copyOf(empty, join(base, 'whole'));
  await merge(whole, from);
  const models = (folder: string) => within(folder, (store) => store.registry.list());
  const script = fileURLToPath(new URL('../testing/merge-when-told.ts', import.meta.url));
  for (let round = 0; round < 4; round += 1) {
    const into = copyOf(empty, join(base, `killed ${round}`));
    const child = spawn(process.execPath, ['--import', 'tsx', script, into, from]);
    child.stderr.pipe(process.stderr);
    await once(child.stdout, 'data');
    const closed = once(child, 'close');
    setTimeout(() => child.kill('SIGKILL'), Math.random() * 100);
    await closed;
    const artifactsOf = (folder: string) => within(folder, (store) => store.runs({}));
    // What is there by now can be read, and every artifact on record has its file.
    for (const run of await artifactsOf(into)) {
      for (const { path, sizeBytes } of run.artifacts) {
        expect(statSync(join(into, 'artifacts', '0', run.runId, path)).size).toBe(sizeBytes);
      }
    }
    await models(into);
    await merge(into, from);
    expect(await foldOf(into)).toEqual(await foldOf(whole));
    expect(await models(into)).toEqual(await models(whole));
  }
});

it('never writes through a link, and merges nothing where one stands in the way', async () => {
  const base = temporaryFolder();
  const [a, b, outside] = [join(base, 'a'), join(base, 'b'), join(base, 'outside')];
  const run = await within(b, async (store) => {
    const runId = await newRun(store);
    const owner = { kind: 'run', runId, experimentId: '0' as ExperimentId } as const;
    await store.artifacts.write(owner, 'x', new Uint8Array(1));
    return runId;
  });
  await within(a, (store) => newRun(store));
  mkdirSync(outside);
  mkdirSync(join(a, 'artifacts', '0'), { recursive: true });
  symlinkSync(outside, join(a, 'artifacts', '0', run));
  await expect(merge(a, b)).rejects.toMatchObject({ code: 'ARTIFACT_PATH_UNSAFE' });
  expect(readdirSync(outside)).toEqual([]);
  expect(await within(a, (store) => store.runs({}))).toHaveLength(1);
});

describe('merging registered models', () => {
  it('goes forward where one chain is the beginning of the other, renames and ends with it', async () => {
    const { a, b } = await twoCopies();
    await within(b, async (store) => {
      await transitionStage(store, { name: 'p', version: 1, stage: 'Staging', by: BOB });
      await renameRegisteredModel(store, { name: 'p', newName: 'q', by: BOB });
      await createRegisteredModel(store, { name: 'gone', by: BOB });
      await deleteRegisteredModel(store, { name: 'gone', by: BOB });
    });
    await merge(a, b);
    await within(a, async (store) => {
      expect((await store.registry.list()).map(({ model }) => model.name)).toEqual(['q']);
      await verifyChain(store, 'q');
    });
    expect((await merge(b, a)).models.every(({ outcome }) => outcome === 'unchanged')).toBe(true);
  });

  it('refuses chains that diverged, and names the model and the commit', async () => {
    const { a, b } = await twoCopies();
    await within(a, (store) => setAlias(store, { name: 'p', alias: 'mine', version: 1, by: ADA }));
    await within(b, async (store) => {
      await setAlias(store, { name: 'p', alias: 'yours', version: 1, by: BOB });
      await newRun(store);
    });
    await expect(merge(a, b)).rejects.toMatchObject({
      code: 'MERGE_DIVERGED',
      message: expect.stringContaining('--rebase'),
      details: { model: 'p', commit: 3 },
    });
    expect(await within(a, (store) => store.runs({}))).toEqual([]);
  });

  it('replays with --rebase: renumbered, with author, time and evidence, and only once', async () => {
    const { a, b, copy } = await twoCopies();
    await within(a, (store) =>
      createModelVersion(store, { name: 'p', source: 's3://b/of-a', by: ADA }),
    );
    await within(b, async (store) => {
      await createModelVersion(store, { name: 'p', source: 's3://b/of-b', by: BOB });
      const tag = { name: 'p', version: 2, key: 'passed', value: 'yes', by: BOB };
      await setRegistryTag(store, { ...tag, evidence: { ciJob: 'ci/7' } });
      await setAlias(store, { name: 'p', alias: 'champion', version: 2, by: BOB });
      await transitionStage(store, { name: 'p', version: 1, stage: 'Archived', by: BOB });
    });
    const before = await within(b, (store) => getRegisteredModel(store, 'p'));
    const backwards = copy(b, 'ba');
    const report = await merge(a, b, { rebase: true });
    expect(report.models).toEqual([
      { name: 'p', outcome: 'replayed', commits: 4, renumbered: { 2: 3 } },
    ]);
    const model = await within(a, (store) => getRegisteredModel(store, 'p'));
    expect(model.versions.map(({ source }) => source)).toEqual([
      's3://b/1',
      's3://b/of-a',
      's3://b/of-b',
    ]);
    expect(model.versions[0]?.stage).toBe('Archived');
    expect(model.versions[2]).toEqual({ ...before.versions[1], version: 3 });
    for (const rebase of [true, false]) {
      expect((await merge(a, b, { rebase })).models).toMatchObject([{ outcome: 'unchanged' }]);
    }
    // The other way round the same facts meet, and what was replayed is known again.
    await merge(backwards, a, { rebase: true });
    const other = await within(backwards, (store) => getRegisteredModel(store, 'p'));
    expect(other.versions.map(({ source }) => source)).toEqual([
      's3://b/1',
      's3://b/of-b',
      's3://b/of-a',
    ]);
    await within(a, (store) => verifyChain(store, 'p'));
  });

  it('goes on with a replay that was interrupted', async () => {
    const { a, b, copy } = await twoCopies();
    await within(a, (store) => setAlias(store, { name: 'p', alias: 'mine', version: 1, by: ADA }));
    await within(b, async (store) => {
      await createModelVersion(store, { name: 'p', source: 's3://b/2', by: BOB });
    });
    // So far did an earlier merge come, of a state of `b` that ended there.
    await merge(a, copy(b, 'b-so-far'), { rebase: true });
    await within(b, (store) => setAlias(store, { name: 'p', alias: 'new', version: 2, by: BOB }));
    const { models } = await merge(a, b, { rebase: true });
    expect(models).toMatchObject([{ outcome: 'replayed', commits: 1 }]);
    const model = await within(a, (store) => getRegisteredModel(store, 'p'));
    expect(model.versions.map(({ aliases }) => aliases)).toEqual([['mine'], ['new']]);
  });

  it.each([
    [
      'decided the same request',
      async (store: Store, id: string) => {
        await approveRequest(store, { name: 'p', requestId: id, by: BOB });
      },
    ],
    [
      'changed a version that is gone here',
      async (store: Store) => {
        await transitionStage(store, { name: 'p', version: 1, stage: 'Staging', by: BOB });
      },
    ],
    [
      'deleted the model',
      async (store: Store) => deleteRegisteredModel(store, { name: 'p', by: BOB }),
    ],
    [
      'renamed the model',
      async (store: Store) => {
        await renameRegisteredModel(store, { name: 'p', newName: 'q', by: BOB });
      },
    ],
  ])('refuses to replay a store that %s', async (_, change) => {
    const { a, b } = await twoCopies();
    const request = await within(a, (store) =>
      requestTransition(store, { name: 'p', version: 1, target: PRODUCTION, by: ADA }),
    );
    cpSync(join(a, 'registry'), join(b, 'registry'), { recursive: true });
    const { requestId } = request;
    await within(a, async (store) => {
      await approveRequest(store, { name: 'p', requestId, by: { ...BOB, name: 'eve' } });
      await deleteModelVersion(store, { name: 'p', version: 1, by: ADA });
    });
    await within(b, (store) => change(store, requestId));
    const chain = await within(a, (store) => store.registry.read('p'));
    await expect(merge(a, b, { rebase: true })).rejects.toMatchObject({ code: 'MERGE_DIVERGED' });
    expect(await within(a, (store) => store.registry.read('p'))).toEqual(chain);
  });

  it('holds what is replayed to the rules that stand here by now', async () => {
    const { a, b } = await twoCopies();
    const rules = [{ target: PRODUCTION, approvals: 1 }];
    await within(a, (store) => setTransitionRules(store, { name: 'p', rules, by: ADA }));
    await within(b, (store) =>
      transitionStage(store, { name: 'p', version: 1, stage: 'Production', by: BOB }),
    );
    await expect(merge(a, b, { rebase: true })).rejects.toMatchObject({
      code: 'MERGE_DIVERGED',
      message: expect.stringContaining('1 approval by somebody else'),
    });
  });
});
