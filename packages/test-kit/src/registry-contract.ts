import {
  type Actor,
  approveRequest,
  createModelVersion,
  createRegisteredModel,
  deleteModelVersion,
  deleteRegisteredModel,
  type ExperimentId,
  getRegisteredModel,
  latestVersions,
  modelHistory,
  type RegisteredModel,
  registerVersion,
  rejectRequest,
  renameRegisteredModel,
  requestTransition,
  type Store,
  searchModelVersions,
  setAlias,
  setTransitionRules,
  setVersionStatus,
  type TransitionRule,
  transitionStage,
  updateModelVersion,
  updateRegisteredModel,
  verifyChain,
} from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { newLoggedModel } from './new-logged-model.ts';

const ADA: Actor = { name: 'ada', authenticated: false };
const BOB: Actor = { name: 'bob', authenticated: true };
const EVE: Actor = { name: 'eve', authenticated: false };
const PRODUCTION = { kind: 'stage', stage: 'Production' } as const;

/** The contract of every registry. `open` returns a fresh store; `readers` returns every view of it. */
export function describeRegistryContract(context: {
  open: () => Promise<Store>;
  readers: (store: Store) => Promise<Store[]>;
}): void {
  let store: Store;
  beforeEach(async ({ skip }) => {
    store = await context.open();
    if (!store.capabilities.registryChain) {
      skip("its registry keeps no chain: numbers and histories are its server's");
    }
  });

  const loggedModel = () => newLoggedModel(store);

  /** Creates a registered model with versions 1 … count. */
  async function registered(count = 1, rules: readonly TransitionRule[] = []): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await registerVersion(store, { name: 'p', model: await loggedModel(), by: ADA });
    }
    if (rules.length > 0) await setTransitionRules(store, { name: 'p', rules, by: ADA });
  }

  /** Returns the model, after checking that every reader sees the same. */
  async function seen(name = 'p'): Promise<RegisteredModel> {
    const [first, ...others] = await Promise.all(
      (await context.readers(store)).map((reader) => getRegisteredModel(reader, name)),
    );
    for (const other of others) expect(other).toEqual(first);
    return first as RegisteredModel;
  }

  const ask = (version: number) =>
    requestTransition(store, { name: 'p', version, target: PRODUCTION, by: ADA });
  const toProduction = (version: number, archiveExistingVersions = false) =>
    transitionStage(store, {
      name: 'p',
      version,
      stage: 'Production',
      archiveExistingVersions,
      by: ADA,
    });

  describe('models and versions', () => {
    it('can be created with only descriptions, tags and source URIs', async () => {
      await createRegisteredModel(store, {
        name: 'p',
        description: 'birds',
        tags: { team: 'south' },
        by: ADA,
      });
      await expect(createRegisteredModel(store, { name: 'p', by: BOB })).rejects.toMatchObject({
        code: 'MODEL_EXISTS',
      });
      const version = await createModelVersion(store, {
        name: 'p',
        source: 's3://bucket/m',
        runLink: 'https://ci/7',
        description: 'first',
        tags: { a: '1' },
        status: 'PENDING_REGISTRATION',
        by: ADA,
      });
      expect(version).toMatchObject({ version: 1, stage: 'None', status: 'PENDING_REGISTRATION' });
      await setVersionStatus(store, { name: 'p', version: 1, status: 'READY', by: ADA });
      await updateModelVersion(store, { name: 'p', version: 1, description: 'one', by: ADA });
      await updateRegisteredModel(store, { name: 'p', description: 'penguins', by: ADA });
      expect(await seen()).toMatchObject({
        description: 'penguins',
        tags: [{ key: 'team', value: 'south' }],
        versions: [
          {
            source: 's3://bucket/m',
            runLink: 'https://ci/7',
            description: 'one',
            status: 'READY',
            tags: [{ key: 'a', value: '1' }],
          },
        ],
      });
      await expect(
        createModelVersion(store, { name: 'none', source: 'x', by: ADA }),
      ).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    });

    it('are pinned if the source is a logged model or the artifacts of a run', async () => {
      await createRegisteredModel(store, { name: 'p', by: ADA });
      const { modelId } = await loggedModel();
      const source = `models:/${modelId}`;
      const ofModel = await createModelVersion(store, { name: 'p', source, modelId, by: ADA });
      expect(ofModel.artifactsDigest).toMatch(/^sha256:/);
      const { runId, experimentId } = await store.createRun({
        experimentId: '0' as ExperimentId,
        name: 'r',
        userId: 'ada',
        startTimeMs: 1,
      });
      const owner = { kind: 'run', runId, experimentId } as const;
      const file = await store.artifacts.write(owner, 'model/w', new Uint8Array(3));
      await store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
      const ofRun = { name: 'p', runId, by: ADA };
      const versions = [
        await createModelVersion(store, { ...ofRun, source: `runs:/${runId}/model` }),
        await createModelVersion(store, {
          ...ofRun,
          source: `mlflow-artifacts:/0/${runId}/artifacts/model`,
        }),
      ];
      expect(versions[0]?.artifactsDigest).toMatch(/^sha256:/);
      expect(versions[1]?.artifactsDigest).toBe(versions[0]?.artifactsDigest);
      expect(versions[0]?.runState).toEqual(await store.runStateDigest(runId));
    });

    it('have the run and the logged model of their source if no option names them', async () => {
      await createRegisteredModel(store, { name: 'p', by: ADA });
      const { modelId } = await loggedModel();
      const draft = { experimentId: '0' as ExperimentId, userId: 'ada', startTimeMs: 1 };
      const { runId, experimentId } = await store.createRun({ ...draft, name: 'r' });
      const owner = { kind: 'run', runId, experimentId } as const;
      const file = await store.artifacts.write(owner, 'model/w', new Uint8Array(3));
      await store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
      const of = { name: 'p', by: ADA };
      const ofRun = await createModelVersion(store, { ...of, source: `runs:/${runId}/model` });
      expect(ofRun).toMatchObject({ runId });
      expect(ofRun.runState).toEqual(await store.runStateDigest(runId));
      const found = await searchModelVersions(store, { filter: `run_id = '${runId}'` });
      expect(found.versions.map(({ version }) => version.version)).toEqual([ofRun.version]);
      const ofModel = await createModelVersion(store, { ...of, source: `models:/${modelId}` });
      expect(ofModel).toMatchObject({ modelId });
    });

    it('are refused with files and metrics of two runs, or of two models', async () => {
      await registered(1);
      const [one, other] = [await loggedModel(), await loggedModel()];
      const draft = { userId: 'ada', startTimeMs: 1, experimentId: '0' as ExperimentId };
      const bad = await store.createRun({ ...draft, name: 'bad' });
      const good = await store.createRun({ ...draft, name: 'good' });
      const source = `runs:/${bad.runId}/model`;
      const { version } = await createModelVersion(store, { name: 'p', source, by: ADA });
      const mixed = [
        { source, runId: good.runId },
        // A copy belongs to the run or model that it was made from.
        { source: `models:/p/${version}`, runId: good.runId },
        { source: `models:/${one.modelId}`, modelId: other.modelId },
        { source: 'models:/p/1', modelId: other.modelId },
      ];
      for (const facts of mixed) {
        await expect(
          createModelVersion(store, { name: 'p', by: ADA, ...facts }),
          facts.source,
        ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
      expect((await seen()).versions).toHaveLength(2);
    });

    it('refuse a change that no reader of the chain would accept, say what is wrong, and write nothing', async () => {
      await registered(1);
      const version = { name: 'p', source: 's3://bucket/m', by: ADA };
      const target = { kind: 'banana' } as never;
      const wrong: Readonly<Record<string, () => Promise<unknown>>> = {
        status: () => createModelVersion(store, { ...version, status: 'DONE' as never }),
        runId: () => createModelVersion(store, { ...version, runId: '../up' as never }),
        modelId: () => createModelVersion(store, { ...version, modelId: 'net' as never }),
        'target.kind': () => requestTransition(store, { name: 'p', version: 1, target, by: ADA }),
        to: () =>
          transitionStage(store, { name: 'p', version: 1, stage: 'Live' as never, by: ADA }),
      };
      const before = (await store.registry.read('p'))?.head;
      for (const [what, call] of Object.entries(wrong)) {
        await expect(call(), what).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
          message: expect.stringMatching(
            `was not written, because no reader would accept it .*${what}`,
          ),
        });
      }
      // The actor is checked before any part of the change.
      await expect(
        createModelVersion(store, { ...version, by: {} as never }),
      ).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^by of createModelVersion /),
      });
      expect((await store.registry.read('p'))?.head).toEqual(before);
      expect((await verifyChain(store, 'p')).head).toEqual(before);
    });

    it('are refused with a password in the source or the link, because the chain is permanent', async () => {
      await createRegisteredModel(store, { name: 'p', by: ADA });
      const secrets = [
        { source: 'ftp://ada:hunter2@host/model' },
        { source: 's3://key:hunter2@bucket/model' },
        { source: 'https://bucket.example/model?X-Amz-Signature=hunter2hunter2' },
        { source: 's3://bucket/model', runLink: 'https://ada:hunter2@ci.example/7' },
      ];
      for (const facts of secrets) {
        const made = createModelVersion(store, { name: 'p', by: ADA, ...facts });
        await expect(made).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
        await expect(made).rejects.not.toThrow(/hunter2/);
      }
      const fine = ['s3://bucket/a', 'dbfs:/m', 'runs:/x/m', '/srv/m', 'C:\\m', 'wasbs://c@h/m'];
      for (const source of fine) await createModelVersion(store, { name: 'p', source, by: ADA });
      expect((await seen()).versions).toHaveLength(fine.length);
    });

    it('are the same in a walk and in a list, and can be selected by name', async ({ skip }) => {
      if (store.registry.walk === undefined) skip('its registry has a list only');
      await registered(2);
      for (const name of ['a', 'q']) await createRegisteredModel(store, { name, by: ADA });
      const isWanted = (name: string): boolean => name !== 'q';
      for (const { registry } of await context.readers(store)) {
        const listed = (await registry.list()).filter(({ model }) => isWanted(model.name));
        expect([...(registry.walk?.(isWanted) ?? [])]).toEqual(
          listed.map((entry) => {
            const times = entry.model.versions.map(({ lastUpdateTimeMs }) => lastUpdateTimeMs);
            return { entry, versionsUpdatedMs: Math.max(...times) };
          }),
        );
      }
    });

    it('never use a number twice, not even one of a deleted version or model', async () => {
      await registered(2);
      await setAlias(store, { name: 'p', alias: 'champion', version: 2, by: ADA });
      await deleteModelVersion(store, { name: 'p', version: 2, by: ADA });
      expect((await seen()).versions.map(({ version }) => version)).toEqual([1]);
      const third = await registerVersion(store, {
        name: 'p',
        model: await loggedModel(),
        by: ADA,
      });
      expect(third).toMatchObject({ version: 3, aliases: [] });
      await deleteRegisteredModel(store, { name: 'p', by: BOB });
      for (const reader of await context.readers(store)) {
        expect(await reader.registry.read('p')).toBeUndefined();
        expect(await reader.registry.list()).toEqual([]);
        await expect(getRegisteredModel(reader, 'p')).rejects.toMatchObject({
          code: 'MODEL_NOT_FOUND',
          message: expect.stringContaining('deleted by bob'),
        });
      }
      const again = await registerVersion(store, {
        name: 'p',
        model: await loggedModel(),
        by: ADA,
      });
      expect(again.version).toBe(4);
      expect((await seen()).versions.map(({ version }) => version)).toEqual([4]);
    });
  });

  describe('stages', () => {
    it('are set one by one, or archive the versions that have the stage', async () => {
      await registered(3);
      await toProduction(1);
      await toProduction(2);
      expect(latestVersions(await seen()).map(({ version }) => version)).toEqual([2, 3]);
      await toProduction(3, true);
      expect((await seen()).versions.map(({ stage }) => stage)).toEqual([
        'Archived',
        'Archived',
        'Production',
      ]);
      expect(latestVersions(await seen(), ['Production']).map(({ version }) => version)).toEqual([
        3,
      ]);
    });

    it('archive nothing for None and Archived', async () => {
      await registered();
      const to = { name: 'p', version: 1, archiveExistingVersions: true, by: ADA } as const;
      for (const stage of ['None', 'Archived'] as const) {
        await expect(transitionStage(store, { ...to, stage })).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
        });
      }
    });
  });

  describe('a rename', () => {
    it('keeps everything and its history, and frees the old name', async () => {
      await registered(2, [{ target: PRODUCTION, approvals: 1 }]);
      const rejected = { name: 'p', requestId: (await ask(1)).requestId, by: BOB };
      await rejectRequest(store, rejected);
      const { requestId } = await ask(1);
      const before = await seen();
      await renameRegisteredModel(store, { name: 'p', newName: 'q', by: BOB });
      const after = await seen('q');
      // An update of the model and of each version, as in MLflow.
      const { lastUpdateTimeMs } = after;
      const versions = before.versions.map((version) => ({ ...version, lastUpdateTimeMs }));
      expect(after).toEqual({ ...before, name: 'q', versions, lastUpdateTimeMs });
      await expect(getRegisteredModel(store, 'p')).rejects.toMatchObject({
        code: 'MODEL_NOT_FOUND',
        message: expect.stringContaining('renamed to "q"'),
      });
      await approveRequest(store, { name: 'q', requestId, by: EVE });
      if (store.registry.chains !== undefined) {
        const names: string[] = [];
        for await (const { model, number } of modelHistory(store, 'q')) {
          names.push(`${model}${number}`);
        }
        expect(names).toEqual(['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'q1', 'q2']);
        await verifyChain(store, 'q');
      }
      const fresh = await registerVersion(store, {
        name: 'p',
        model: await loggedModel(),
        by: ADA,
      });
      expect(fresh.version).toBe(3);
      await expect(
        renameRegisteredModel(store, { name: 'p', newName: 'q', by: ADA }),
      ).rejects.toMatchObject({ code: 'MODEL_EXISTS' });
    });

    it('can be reverted, and never uses a number twice', async () => {
      await registered(2);
      await renameRegisteredModel(store, { name: 'p', newName: 'q', by: BOB });
      await registerVersion(store, { name: 'q', model: await loggedModel(), by: ADA });
      await renameRegisteredModel(store, { name: 'q', newName: 'p', by: BOB });
      expect((await seen()).versions.map(({ version }) => version)).toEqual([1, 2, 3]);
      await createRegisteredModel(store, { name: 'r', by: ADA });
      await createModelVersion(store, { name: 'r', source: 'elsewhere', by: ADA });
      await deleteRegisteredModel(store, { name: 'r', by: ADA });
      await expect(
        renameRegisteredModel(store, { name: 'p', newName: 'r', by: ADA }),
      ).rejects.toMatchObject({ code: 'MODEL_EXISTS' });
      expect((await seen()).versions).toHaveLength(3);
    });
  });
}
