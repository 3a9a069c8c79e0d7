import {
  type Actor,
  approveRequest,
  cancelRequest,
  createComment,
  createModelVersion,
  createRegisteredModel,
  deleteComment,
  deleteModelVersion,
  deleteRegisteredModel,
  type ExperimentId,
  getOpenRequest,
  getRegisteredModel,
  type LoggedModel,
  latestVersions,
  modelActivity,
  modelHistory,
  type RegisteredModel,
  registerVersion,
  rejectRequest,
  renameRegisteredModel,
  requestTransition,
  type Store,
  setAlias,
  setRegistryTag,
  setTransitionRules,
  setVersionStatus,
  type TransitionRule,
  transitionStage,
  updateComment,
  updateModelVersion,
  updateRegisteredModel,
  verifyChain,
} from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';

const ADA: Actor = { name: 'ada', authenticated: false };
const BOB: Actor = { name: 'bob', authenticated: true };
const EVE: Actor = { name: 'eve', authenticated: false };
const PRODUCTION = { kind: 'stage', stage: 'Production' } as const;

/** What every registry does. `open` gives a fresh store; `readers` every view of it. */
export function describeRegistryContract(context: {
  open: () => Promise<Store>;
  readers: (store: Store) => Promise<Store[]>;
}): void {
  let store: Store;
  beforeEach(async ({ skip }) => {
    store = await context.open();
    if (!store.capabilities.registryChain) {
      skip("its registry keeps no chain: rules, requests, comments and history are its server's");
    }
  });

  async function loggedModel(): Promise<LoggedModel> {
    const { modelId, experimentId } = await store.createLoggedModel({
      experimentId: '0' as ExperimentId,
      name: 'm',
      creationTimeMs: 1,
    });
    const owner = { kind: 'model', experimentId, modelId } as const;
    const file = await store.artifacts.write(owner, 'weights', new TextEncoder().encode(modelId));
    await store.append([
      { kind: 'artifact', owner: { model: modelId }, file },
      { kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' },
    ]);
    const [model] = await store.loggedModels({ modelIds: [modelId] });
    if (model === undefined) throw new Error('the model was lost');
    return model;
  }

  /** A registered model with versions 1 … count. */
  async function registered(count = 1, rules: readonly TransitionRule[] = []): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await registerVersion(store, { name: 'p', model: await loggedModel(), by: ADA });
    }
    if (rules.length > 0) await setTransitionRules(store, { name: 'p', rules, by: ADA });
  }

  /** The model as every reader sees it. */
  async function seen(name = 'p'): Promise<RegisteredModel> {
    const [first, ...others] = await Promise.all(
      (await context.readers(store)).map((reader) => getRegisteredModel(reader, name)),
    );
    for (const other of others) expect(other).toEqual(first);
    return first as RegisteredModel;
  }

  const ask = (version: number) =>
    requestTransition(store, { name: 'p', version, target: PRODUCTION, by: ADA });
  const stageOf = async (version: number) =>
    (await seen()).versions.find((one) => one.version === version)?.stage;
  const toProduction = (version: number, archiveExistingVersions = false) =>
    transitionStage(store, {
      name: 'p',
      version,
      stage: 'Production',
      archiveExistingVersions,
      by: ADA,
    });

  describe('models and versions', () => {
    it('are made of descriptions, tags and source URIs alone', async () => {
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

    it('pins a version whose source is a logged model or the artifacts of a run', async () => {
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

    it('never give a number twice: not of a deleted version, nor of a deleted model', async () => {
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
    it('are changed one by one, or in the place of the versions there', async () => {
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

  describe('transition requests', () => {
    it('are granted by an approval, which does the transition at once', async () => {
      await registered(2);
      await toProduction(1);
      const { requestId } = await requestTransition(store, {
        name: 'p',
        version: 2,
        target: PRODUCTION,
        archiveExistingVersions: true,
        comment: 'please',
        by: ADA,
      });
      const head = (await store.registry.read('p'))?.head.number ?? 0;
      const result = await approveRequest(store, { name: 'p', requestId, comment: 'ok', by: BOB });
      expect(result).toMatchObject({
        granted: true,
        missing: [],
        version: { stage: 'Production' },
      });
      expect((await store.registry.read('p'))?.head.number).toBe(head + 1);
      const model = await seen();
      expect(model.versions.map(({ stage }) => stage)).toEqual(['Archived', 'Production']);
      expect(Object.keys(model.versions[1]?.requests[0]?.approvals[0] ?? {}).sort()).toEqual([
        'atMs',
        'by',
        'comment',
      ]);
      expect(model.versions[1]?.requests).toMatchObject([
        {
          by: ADA,
          comment: 'please',
          approvals: [{ by: BOB, atMs: expect.any(Number), comment: 'ok' }],
          closed: { outcome: 'approved', by: BOB },
        },
      ]);
      for (const decide of [approveRequest, rejectRequest]) {
        await expect(decide(store, { name: 'p', requestId, by: EVE })).rejects.toMatchObject({
          code: 'TRANSITION_REQUEST_CLOSED',
          message: expect.stringContaining('approved by bob'),
        });
      }
    });

    it('are rejected by anybody, cancelled by who made them, and needless once it happened', async () => {
      await registered();
      const first = await ask(1);
      await expect(ask(1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await rejectRequest(store, {
        name: 'p',
        requestId: first.requestId,
        comment: 'no',
        by: BOB,
      });
      const second = await ask(1);
      const cancel = { name: 'p', requestId: second.requestId };
      await expect(cancelRequest(store, { ...cancel, by: BOB })).rejects.toMatchObject({
        code: 'TRANSITION_REFUSED',
      });
      await cancelRequest(store, { ...cancel, by: ADA });
      await ask(1);
      await toProduction(1);
      const outcomes = (await seen()).versions[0]?.requests.map(({ closed }) => closed?.outcome);
      expect(outcomes).toEqual(['rejected', 'cancelled', 'superseded']);
      await expect(
        approveRequest(store, { name: 'p', requestId: 'none', by: BOB }),
      ).rejects.toMatchObject({ code: 'TRANSITION_REQUEST_NOT_FOUND' });
    });

    it('can be for an alias', async () => {
      await registered();
      const target = { kind: 'alias', alias: 'champion' } as const;
      const { requestId } = await requestTransition(store, {
        name: 'p',
        version: 1,
        target,
        by: ADA,
      });
      await approveRequest(store, { name: 'p', requestId, by: BOB });
      expect((await seen()).versions[0]?.aliases).toEqual(['champion']);
    });
  });

  describe('rules', () => {
    const refused = { code: 'TRANSITION_REFUSED' };

    it('demand approvals by others: of a stage, whoever calls', async () => {
      await registered(1, [{ target: PRODUCTION, approvals: 1 }]);
      await expect(toProduction(1)).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining('1 approval by somebody else than'),
      });
      const { requestId } = await ask(1);
      const approve = (by: Actor) => approveRequest(store, { name: 'p', requestId, by });
      await expect(approve(ADA)).rejects.toMatchObject(refused);
      expect(getOpenRequest(await seen(), requestId).request.approvals).toEqual([]);
      expect(await approve(BOB)).toMatchObject({ granted: true });
      expect(await stageOf(1)).toBe('Production');
    });

    it('count each approver once, and only those who may approve', async () => {
      await registered(1, [
        { target: PRODUCTION, approvals: 2, approvers: ['ada', 'bob', 'eve'] },
        { target: PRODUCTION, approvals: 1, authenticated: true },
      ]);
      const { requestId } = await ask(1);
      const approve = (name: string, authenticated = false) =>
        approveRequest(store, { name: 'p', requestId, by: { name, authenticated } });
      await expect(approve('mallory')).rejects.toMatchObject(refused);
      expect(await approve('eve')).toMatchObject({ granted: false, missing: { length: 2 } });
      await expect(approve('eve')).rejects.toMatchObject(refused);
      expect(await stageOf(1)).toBe('None');
      expect(await approve('bob', true)).toMatchObject({ granted: true });
    });

    it('can want somebody else than who registered the version', async () => {
      await registered(1, [
        { target: PRODUCTION, approvals: 1, approverNot: 'requester-or-author' },
      ]);
      const { requestId } = await requestTransition(store, {
        name: 'p',
        version: 1,
        target: PRODUCTION,
        by: EVE,
      });
      const approve = (by: Actor) => approveRequest(store, { name: 'p', requestId, by });
      await expect(approve(ADA)).rejects.toMatchObject(refused);
      expect(await approve(BOB)).toMatchObject({ granted: true });
    });

    it('demand tags that were set for the files there are', async () => {
      const tags = ['passed-review=true', 'owner'];
      await registered(1, [{ target: { kind: 'alias', alias: 'champion' }, tags }]);
      const champion = () => setAlias(store, { name: 'p', alias: 'champion', version: 1, by: ADA });
      const tag = (key: string, value: string, digest?: string) =>
        setRegistryTag(store, {
          name: 'p',
          version: 1,
          key,
          value,
          by: EVE,
          ...(digest === undefined ? {} : { evidence: { digest } }),
        });
      await expect(champion()).rejects.toMatchObject({
        details: { missing: ['the tag passed-review=true', 'the tag owner'] },
      });
      await tag('owner', 'team south');
      await tag('passed-review', 'false');
      await expect(champion()).rejects.toMatchObject(refused);
      await tag('passed-review', 'true', `sha256:${'0'.repeat(64)}`);
      await expect(champion()).rejects.toMatchObject({
        message: expect.stringContaining('set for these files'),
      });
      await tag('passed-review', 'true');
      await setAlias(store, { name: 'p', alias: 'other', version: 1, by: ADA });
      await champion();
      expect((await seen()).versions[0]?.aliases).toEqual(['champion', 'other']);
    });

    it('hold no longer for a version whose files were changed afterwards', async () => {
      await registered(1, [{ target: PRODUCTION, approvals: 1 }]);
      const { requestId } = await ask(1);
      const [model] = await store.loggedModels({});
      const { modelId, experimentId } = model as LoggedModel;
      const owner = { kind: 'model', experimentId, modelId } as const;
      const file = await store.artifacts.write(owner, 'weights', new Uint8Array(1));
      await store.append([{ kind: 'artifact', owner: { model: modelId }, file }]);
      const approved = approveRequest(store, { name: 'p', requestId, by: BOB });
      await expect(approved).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining('files that it was registered with'),
      });
      expect(await stageOf(1)).toBe('None');
    });

    it('are refused when they cannot hold or are not understood', async () => {
      await registered();
      for (const rule of [
        { target: PRODUCTION },
        { target: PRODUCTION, approvals: 2, approvers: ['ada'] },
        { target: PRODUCTION, authenticated: true, tags: ['x'] },
        { target: { kind: 'stage', stage: 'Canary' }, approvals: 1 },
        { target: PRODUCTION, approvals: 1, unless: 'friday' },
      ]) {
        await expect(
          setTransitionRules(store, { name: 'p', rules: [rule as never], by: ADA }),
        ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
      expect((await seen()).rules).toEqual([]);
    });
  });

  describe('comments', () => {
    it('are changed and deleted by who wrote them', async () => {
      await registered();
      const { commentId } = await createComment(store, {
        name: 'p',
        version: 1,
        text: 'hm',
        by: BOB,
      });
      const at = { name: 'p', commentId };
      await expect(updateComment(store, { ...at, text: 'x', by: ADA })).rejects.toMatchObject({
        code: 'COMMENT_NOT_YOURS',
      });
      const claimed = { name: 'bob', authenticated: false };
      await expect(deleteComment(store, { ...at, by: claimed })).rejects.toMatchObject({
        code: 'COMMENT_NOT_YOURS',
      });
      await updateComment(store, { ...at, text: 'good', by: BOB });
      expect((await seen()).versions[0]?.comments).toMatchObject([{ text: 'good', by: BOB }]);
      await deleteComment(store, { ...at, by: BOB });
      expect((await seen()).versions[0]?.comments).toEqual([]);
    });
  });

  describe('a rename', () => {
    it('takes everything along, keeps the history, and leaves the old name free', async () => {
      await registered(2, [{ target: PRODUCTION, approvals: 1 }]);
      const rejected = { name: 'p', requestId: (await ask(1)).requestId, by: BOB };
      await rejectRequest(store, rejected);
      const { requestId } = await ask(1);
      const before = await seen();
      await renameRegisteredModel(store, { name: 'p', newName: 'q', by: BOB });
      const after = await seen('q');
      expect(after).toEqual({ ...before, name: 'q', lastUpdateTimeMs: after.lastUpdateTimeMs });
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

    it('can be taken back, and cannot give a number a second meaning', async () => {
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

  it('tells what happened, in the order in which it happened', async () => {
    await registered(2);
    if (store.registry.chains === undefined) return;
    await toProduction(1);
    const { requestId } = await requestTransition(store, {
      name: 'p',
      version: 2,
      target: PRODUCTION,
      archiveExistingVersions: true,
      by: ADA,
    });
    await approveRequest(store, { name: 'p', requestId, comment: 'fine', by: BOB });
    const commits = [];
    for await (const commit of modelHistory(store, 'p')) commits.push(commit);
    const activity = modelActivity(commits);
    expect(activity.map(({ type, by, version }) => [type, by.name, version])).toEqual([
      ['CREATED_MODEL', 'ada', undefined],
      ['CREATED_VERSION', 'ada', 1],
      ['CREATED_VERSION', 'ada', 2],
      ['APPLIED_TRANSITION', 'ada', 1],
      ['REQUESTED_TRANSITION', 'ada', 2],
      ['APPROVED_REQUEST', 'bob', 2],
      ['SYSTEM_TRANSITION', 'bob', 1],
      ['APPLIED_TRANSITION', 'bob', 2],
      ['GRANTED_REQUEST', 'bob', 2],
    ]);
    expect(activity[5]).toMatchObject({
      fromStage: 'None',
      target: PRODUCTION,
      comment: 'fine',
      by: { authenticated: true },
    });
    const head = commits.at(-1)?.hash as string;
    expect(await verifyChain(store, 'p', { expectHead: head })).toMatchObject({ isHead: true });
    await toProduction(1);
    expect(await verifyChain(store, 'p', { expectHead: head })).toMatchObject({ isHead: false });
    await expect(verifyChain(store, 'p', { expectHead: 'sha256:0' })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });
}
