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
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExperimentId, RunId } from '../../model/ids.ts';
import { createModelVersion } from '../../registry/create-model-version.ts';
import { createRegisteredModel } from '../../registry/create-registered-model.ts';
import { getRegisteredModel } from '../../registry/find-version.ts';
import { ADA, BOB, copyOf, merge, newRun, twoCopies, within } from '../../testing/merging.ts';
import { recheckLines } from '../../testing/recheck-lines.ts';
import { purge } from '../../tracking/purge.ts';
import { openFileStore } from '../file-store.ts';
import { collectGarbage } from '../gc/collect-garbage.ts';
import { planGarbage } from '../gc/plan-garbage.ts';

/** Everything that a store has about its runs and experiments. */
async function foldOf(folder: string) {
  return within(folder, async (store) => ({
    experiments: await store.experiments(),
    runs: await store.runs({}),
    models: await store.loggedModels({}),
  }));
}

/** Makes the logs of a store look as they do on another machine, a long time later. */
function makeOld(folder: string): void {
  const longAgo = new Date(Date.now() - 9 * 24 * 60 * 60 * 1000);
  for (const name of readdirSync(join(folder, 'logs'))) {
    const place = join(folder, 'logs', name);
    const text = readFileSync(place, 'utf8');
    writeFileSync(place, recheckLines(text.replace(/"boot":"[^"]*"/, '"boot":"elsewhere"')));
    utimesSync(place, longAgo, longAgo);
  }
}

describe('merging stores', () => {
  it('puts the runs, artifacts and models of both stores into one, and nothing twice', async () => {
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

  it('gives the same runs in either order, whatever was written to both since they were copied', async () => {
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

  it('keeps the longer of two copies of a log, without its torn end', async () => {
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

  it('keeps the lines that a log got after a copy of it was rewritten', async () => {
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
    // Two rewrites of one log are not damage, whatever lines each of them lacks.
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
    writeFileSync(path, recheckLines(readFileSync(path, 'utf8').replace('"ada"', '"eva"')));
    await within(b, (store) => createRegisteredModel(store, { name: 'q', by: BOB }));
    await expect(merge(a, b)).rejects.toMatchObject({ code: 'MERGE_DIVERGED' });
    await within(a, async (store) => expect(await store.registry.read('q')).toBeUndefined());
  });

  it('keeps the content of an artifact that was recorded last, and reports the other as a conflict', async () => {
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

it('a merge that is killed at any moment leaves a valid store, and the next merge completes it', async () => {
  const base = temporaryFolder();
  const [empty, from] = [join(base, 'empty'), join(base, 'from')];
  await within(empty, (store) => newRun(store));
  for (let index = 0; index < 20; index += 1) {
    // A newly opened store writes a new log.
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
  const script = await bundleScript(new URL('../../testing/merge-when-asked.ts', import.meta.url));
  for (let round = 0; round < 4; round += 1) {
    const into = copyOf(empty, join(base, `killed ${round}`));
    const child = spawn(process.execPath, [script, into, from]);
    child.stderr.pipe(process.stderr);
    await once(child.stdout, 'data');
    const closed = once(child, 'close');
    setTimeout(() => child.kill('SIGKILL'), Math.random() * 100);
    await closed;
    const artifactsOf = (folder: string) => within(folder, (store) => store.runs({}));
    // What was merged so far can be read, and every artifact on record has its file.
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

it('a merge restores no bytes and no lines that were purged in either store', async () => {
  const base = temporaryFolder();
  const [a, b] = [join(base, 'a'), join(base, 'b')];
  const secret = 'tiger';
  const ids = await within(a, async (store) => {
    const draft = { experimentId: '0' as ExperimentId, name: 'r', userId: '', startTimeMs: 1 };
    const runs = [await store.createRun(draft), await store.createRun(draft)];
    for (const { runId, experimentId } of runs) {
      const owner = { kind: 'run', experimentId, runId } as const;
      const bytes = new TextEncoder().encode(secret);
      const file = await store.artifacts.write(owner, 'env', bytes);
      await store.append([
        { kind: 'artifact', owner: { run: runId }, file },
        { kind: 'params', run: runId, params: { password: secret, lr: '0.1' } },
      ]);
    }
    return runs.map(({ runId }) => runId) as [RunId, RunId];
  });
  cpSync(a, b, { recursive: true });
  await within(a, async (store) => {
    await purge(store, { run: ids[0] }, { by: ADA });
    await purge(store, { run: ids[1], part: 'param', key: 'password' }, { by: ADA });
    await purge(store, { run: ids[1], part: 'artifact', key: 'env' }, { by: ADA });
  });
  await collectGarbage(await planGarbage(a), { by: ADA });
  const holds = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, 'utf8').includes(secret));
  expect(holds(a)).toEqual([]);
  const fresh = join(base, 'fresh');
  for (const into of [a, fresh]) {
    if (into === fresh) await merge(into, a);
    await merge(into, b);
    expect(holds(into)).toEqual([]);
    const again = await merge(into, b);
    expect(again).toMatchObject({ logs: { copied: [], extended: [] }, artifacts: { copied: 0 } });
    expect(holds(into)).toEqual([]);
    await within(into, async (store) => {
      const [run, ...others] = await store.runs({});
      expect(others).toEqual([]);
      expect(run).toMatchObject({ runId: ids[1], params: { lr: '0.1' }, artifacts: [] });
    });
  }
});

it('a merge never writes through a link, and merges nothing if a path goes through one', async () => {
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
