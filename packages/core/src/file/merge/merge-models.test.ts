import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../port/store.ts';
import { approveRequest } from '../../registry/approve-request.ts';
import { createModelVersion } from '../../registry/create-model-version.ts';
import { createRegisteredModel } from '../../registry/create-registered-model.ts';
import {
  deleteModelVersion,
  deleteRegisteredModel,
} from '../../registry/delete-registered-model.ts';
import { getRegisteredModel } from '../../registry/find-version.ts';
import { renameRegisteredModel } from '../../registry/rename-registered-model.ts';
import { requestTransition } from '../../registry/request-transition.ts';
import { setAlias } from '../../registry/set-alias.ts';
import { setTransitionRules } from '../../registry/set-rules.ts';
import { setRegistryTag } from '../../registry/set-tag.ts';
import { transitionStage } from '../../registry/transition-stage.ts';
import { verifyChain } from '../../registry/verify-chain.ts';
import { ADA, BOB, merge, newRun, twoCopies, within } from '../../testing/merging.ts';
import { purge } from '../../tracking/purge.ts';
import { commitFile, registryFolder } from '../layout.ts';

const PRODUCTION = { kind: 'stage', stage: 'Production' } as const;

describe('merging registered models', () => {
  it('fast-forwards a chain that the other one continues, also over renames and deletions', async () => {
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

  it('leaves out a damaged model and names it, and keeps what its versions may need', async () => {
    const { a, b } = await twoCopies();
    const runId = await within(b, newRun);
    await within(b, (store) => purge(store, { run: runId }, { by: BOB }));
    const place = registryFolder('torn');
    mkdirSync(join(b, place), { recursive: true });
    writeFileSync(join(b, place, commitFile(1)), '{');
    const { damage, models } = await merge(a, b);
    expect(damage).toMatchObject([{ file: place, reason: expect.stringContaining('00001.json') }]);
    expect(models.map(({ name }) => name)).toEqual(['p']);
    const logs = readdirSync(join(a, 'logs')).map((name) => readFileSync(join(a, 'logs', name)));
    expect(logs.some((bytes) => bytes.includes(`"run-created","run":"${runId}"`))).toBe(true);
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

  it('with --rebase, replays commits once, with new version numbers and the same authors, times and evidence', async () => {
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
    // A merge in the other direction recognises the replayed commits too.
    await merge(backwards, a, { rebase: true });
    const other = await within(backwards, (store) => getRegisteredModel(store, 'p'));
    expect(other.versions.map(({ source }) => source)).toEqual([
      's3://b/1',
      's3://b/of-b',
      's3://b/of-a',
    ]);
    await within(a, (store) => verifyChain(store, 'p'));
  });

  it('replays only the commits that an earlier merge did not replay', async () => {
    const { a, b, copy } = await twoCopies();
    await within(a, (store) => setAlias(store, { name: 'p', alias: 'mine', version: 1, by: ADA }));
    await within(b, async (store) => {
      await createModelVersion(store, { name: 'p', source: 's3://b/2', by: BOB });
    });
    // An earlier merge replayed the commits that `b` had then.
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
      'changed a version that was deleted here',
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

  it('checks replayed changes against the current rules of this store', async () => {
    const { a, b } = await twoCopies();
    const rules = [{ target: PRODUCTION, approvals: 1 }];
    await within(a, (store) => setTransitionRules(store, { name: 'p', rules, by: ADA }));
    await within(b, (store) =>
      transitionStage(store, { name: 'p', version: 1, stage: 'Production', by: BOB }),
    );
    await expect(merge(a, b, { rebase: true })).rejects.toMatchObject({
      code: 'MERGE_DIVERGED',
      message: expect.stringContaining('1 approval by a person other than'),
    });
  });
});
