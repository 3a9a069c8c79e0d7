import {
  type Actor,
  approveRequest,
  type ChainedCommit,
  cancelRequest,
  createComment,
  deleteComment,
  getOpenRequest,
  getRegisteredModel,
  isTidemarkError,
  type LoggedModel,
  modelActivity,
  modelHistory,
  type RegisteredModel,
  registerVersion,
  rejectRequest,
  requestTransition,
  type Store,
  setAlias,
  setRegistryTag,
  setTransitionRules,
  type TransitionRule,
  transitionStage,
  updateComment,
  verifyChain,
} from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { newLoggedModel } from './new-logged-model.ts';

const ADA: Actor = { name: 'ada', authenticated: false };
const BOB: Actor = { name: 'bob', authenticated: true };
const EVE: Actor = { name: 'eve', authenticated: false };
const PRODUCTION = { kind: 'stage', stage: 'Production' } as const;

/** A store whose reviews the contract tests. */
export interface ReviewsUnderTest {
  /** A fresh, empty store, opened as `ada`, who has all permissions. */
  open(): Promise<Store>;
  /** Every view of the store. */
  readers(store: Store): Promise<Store[]>;
  /**
   * Opens the store as a person, and returns the identity that the store sees. Default: everyone uses the same
   * handle and the claimed name. People: `ada`, `bob`, `eve`.
   */
  enter?(store: Store, person: Actor): Promise<{ readonly store: Store; readonly by: Actor }>;
}

/** The contract for rules, transition requests, comments and history, for every store that supports them. */
export function describeReviewContract(context: ReviewsUnderTest): void {
  let store: Store;
  beforeEach(async ({ skip }) => {
    store = await context.open();
    if (!(await hasReviews(store))) skip('its server has no reviews');
  });

  async function enter(person: Actor): Promise<{ readonly store: Store; readonly by: Actor }> {
    return (await context.enter?.(store, person)) ?? { store, by: person };
  }

  /** The identity that the store sees for a person. */
  const known = async (person: Actor): Promise<Actor> => (await enter(person)).by;

  async function skipWithoutClaims(skip: (why: string) => void): Promise<void> {
    const { authenticated } = await known({ name: 'bob', authenticated: false });
    const isBelieved = (await known(BOB)).authenticated;
    if (authenticated || !isBelieved) skip('here either all people are authenticated, or none are');
  }

  /** Lets a person act. */
  async function act<Options extends { readonly by: Actor }, Result>(
    verb: (store: Store, options: Options) => Promise<Result>,
    person: Actor,
    options: Omit<Options, 'by'>,
  ): Promise<Result> {
    const entered = await enter(person);
    return verb(entered.store, { ...options, by: entered.by } as Options);
  }

  /** Creates a registered model with versions 1 … count. */
  async function registered(count = 1, rules: readonly TransitionRule[] = []): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const model = await newLoggedModel(store);
      await registerVersion(store, { name: 'p', model, by: ADA });
    }
    if (rules.length > 0) await setTransitionRules(store, { name: 'p', rules, by: ADA });
  }

  /** Returns the model, after checking that every reader sees the same. */
  async function seen(): Promise<RegisteredModel> {
    const [first, ...others] = await Promise.all(
      (await context.readers(store)).map((reader) => getRegisteredModel(reader, 'p')),
    );
    for (const other of others) expect(other).toEqual(first);
    return first as RegisteredModel;
  }

  async function history(): Promise<ChainedCommit[]> {
    const commits: ChainedCommit[] = [];
    for await (const commit of modelHistory(store, 'p')) commits.push(commit);
    return commits;
  }

  const ask = (version: number) =>
    act(requestTransition, ADA, { name: 'p', version, target: PRODUCTION });
  const stageOf = async (version: number) =>
    (await seen()).versions.find((one) => one.version === version)?.stage;
  const toProduction = (version: number) =>
    act(transitionStage, ADA, { name: 'p', version, stage: 'Production' as const });

  describe('transition requests', () => {
    it('are granted by an approval, which makes the transition at once', async () => {
      await registered(2);
      await toProduction(1);
      const { requestId } = await act(requestTransition, ADA, {
        name: 'p',
        version: 2,
        target: PRODUCTION,
        archiveExistingVersions: true,
        comment: 'please',
      });
      const commits = (await history()).length;
      const result = await act(approveRequest, BOB, { name: 'p', requestId, comment: 'ok' });
      expect(result).toMatchObject({
        granted: true,
        missing: [],
        version: { stage: 'Production' },
      });
      expect(await history()).toHaveLength(commits + 1);
      const model = await seen();
      expect(model.versions.map(({ stage }) => stage)).toEqual(['Archived', 'Production']);
      expect(Object.keys(model.versions[1]?.requests[0]?.approvals[0] ?? {}).sort()).toEqual([
        'atMs',
        'by',
        'comment',
      ]);
      expect(model.versions[1]?.requests).toMatchObject([
        {
          by: await known(ADA),
          comment: 'please',
          approvals: [{ by: await known(BOB), atMs: expect.any(Number), comment: 'ok' }],
          closed: { outcome: 'approved', by: await known(BOB) },
        },
      ]);
      for (const decide of [
        () => act(approveRequest, EVE, { name: 'p', requestId }),
        () => act(rejectRequest, EVE, { name: 'p', requestId }),
      ]) {
        await expect(decide()).rejects.toMatchObject({
          code: 'TRANSITION_REQUEST_CLOSED',
          message: expect.stringContaining('approved by bob'),
        });
      }
    });

    it('can be rejected by others and cancelled by their requester, and are superseded by the transition', async () => {
      await registered();
      const first = await ask(1);
      await expect(ask(1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await act(rejectRequest, BOB, {
        name: 'p',
        requestId: first.requestId,
        comment: 'no',
      });
      const second = await ask(1);
      const cancel = { name: 'p', requestId: second.requestId };
      await expect(act(cancelRequest, BOB, cancel)).rejects.toMatchObject({
        code: 'TRANSITION_REFUSED',
      });
      await act(cancelRequest, ADA, cancel);
      await ask(1);
      await toProduction(1);
      const outcomes = (await seen()).versions[0]?.requests.map(({ closed }) => closed?.outcome);
      expect(outcomes).toEqual(['rejected', 'cancelled', 'superseded']);
      await expect(
        act(approveRequest, BOB, { name: 'p', requestId: 'none' }),
      ).rejects.toMatchObject({ code: 'TRANSITION_REQUEST_NOT_FOUND' });
    });

    it('can be for an alias', async () => {
      await registered();
      const target = { kind: 'alias', alias: 'champion' } as const;
      const { requestId } = await act(requestTransition, ADA, {
        name: 'p',
        version: 1,
        target,
      });
      await act(approveRequest, BOB, { name: 'p', requestId });
      expect((await seen()).versions[0]?.aliases).toEqual(['champion']);
    });
  });

  describe('rules', () => {
    const refused = { code: 'TRANSITION_REFUSED' };

    it('require approvals by others for a stage, for every user', async () => {
      await registered(1, [{ target: PRODUCTION, approvals: 1 }]);
      await expect(toProduction(1)).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining('1 approval by a person other than'),
      });
      const { requestId } = await ask(1);
      const approve = (by: Actor) => act(approveRequest, by, { name: 'p', requestId });
      await expect(approve(ADA)).rejects.toMatchObject(refused);
      expect(getOpenRequest(await seen(), requestId).request.approvals).toEqual([]);
      expect(await approve(BOB)).toMatchObject({ granted: true });
      expect(await stageOf(1)).toBe('Production');
    });

    it('count each approver once, and only allowed ones', async ({ skip }) => {
      await skipWithoutClaims(skip);
      await registered(1, [
        { target: PRODUCTION, approvals: 2, approvers: ['ada', 'bob', 'eve'] },
        { target: PRODUCTION, approvals: 1, authenticated: true },
      ]);
      const { requestId } = await ask(1);
      const approve = (name: string, authenticated = false) =>
        act(approveRequest, { name, authenticated }, { name: 'p', requestId });
      await expect(approve('mallory')).rejects.toMatchObject(refused);
      expect(await approve('eve')).toMatchObject({ granted: false, missing: { length: 2 } });
      await expect(approve('eve')).rejects.toMatchObject(refused);
      expect(await stageOf(1)).toBe('None');
      expect(await approve('bob', true)).toMatchObject({ granted: true });
    });

    it('accept the approval of a logged-in person whose name was claimed before, and count it once', async ({
      skip,
    }) => {
      await skipWithoutClaims(skip);
      await registered(1, [
        { target: PRODUCTION, approvals: 2 },
        { target: PRODUCTION, approvals: 1, authenticated: true },
      ]);
      const { requestId } = await ask(1);
      const approve = (name: string, authenticated: boolean) =>
        act(approveRequest, { name, authenticated }, { name: 'p', requestId });
      await approve('bob', false);
      expect(await approve('bob', true)).toMatchObject({ granted: false, missing: { length: 1 } });
      await expect(approve('bob', true)).rejects.toMatchObject(refused);
      await expect(approve('bob', false)).rejects.toMatchObject(refused);
      expect(await approve('eve', false)).toMatchObject({ granted: true });
    });

    it('can require another approver than the author of the version', async () => {
      await registered(1, [
        { target: PRODUCTION, approvals: 1, approverNot: 'requester-or-author' },
      ]);
      const { requestId } = await act(requestTransition, EVE, {
        name: 'p',
        version: 1,
        target: PRODUCTION,
      });
      const approve = (by: Actor) => act(approveRequest, by, { name: 'p', requestId });
      await expect(approve(ADA)).rejects.toMatchObject(refused);
      expect(await approve(BOB)).toMatchObject({ granted: true });
    });

    it('require tags that were set for the current files', async () => {
      const tags = ['passed-review=true', 'owner'];
      await registered(1, [{ target: { kind: 'alias', alias: 'champion' }, tags }]);
      const champion = () => act(setAlias, ADA, { name: 'p', alias: 'champion', version: 1 });
      const tag = (key: string, value: string, digest?: string) =>
        act(setRegistryTag, EVE, {
          name: 'p',
          version: 1,
          key,
          value,
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
      await act(setAlias, ADA, { name: 'p', alias: 'other', version: 1 });
      await champion();
      expect((await seen()).versions[0]?.aliases).toEqual(['champion', 'other']);
    });

    it('are not met by a version whose files were changed afterwards', async () => {
      await registered(1, [{ target: PRODUCTION, approvals: 1 }]);
      const { requestId } = await ask(1);
      const [model] = await store.loggedModels({});
      const { modelId, experimentId } = model as LoggedModel;
      const owner = { kind: 'model', experimentId, modelId } as const;
      const file = await store.artifacts.write(owner, 'weights', new Uint8Array(1));
      await store.append([{ kind: 'artifact', owner: { model: modelId }, file }]);
      const approved = act(approveRequest, BOB, { name: 'p', requestId });
      await expect(approved).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining('files that it was registered with'),
      });
      expect(await stageOf(1)).toBe('None');
    });

    it('are refused when they can never be met or are invalid', async () => {
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
    it('are changed and deleted by their author', async () => {
      await registered();
      const { commentId } = await act(createComment, BOB, {
        name: 'p',
        version: 1,
        text: 'hm',
      });
      const at = { name: 'p', commentId };
      await expect(act(updateComment, ADA, { ...at, text: 'x' })).rejects.toMatchObject({
        code: 'COMMENT_NOT_YOURS',
      });
      await act(updateComment, BOB, { ...at, text: 'good' });
      expect((await seen()).versions[0]?.comments).toMatchObject([
        { text: 'good', by: await known(BOB) },
      ]);
      await act(deleteComment, BOB, at);
      expect((await seen()).versions[0]?.comments).toEqual([]);
    });

    it('of a logged-in author cannot be changed under a claimed name', async ({ skip }) => {
      await skipWithoutClaims(skip);
      await registered();
      const said = { name: 'p', version: 1, text: 'hm' };
      const { commentId } = await act(createComment, BOB, said);
      const claimed = { name: 'bob', authenticated: false };
      await expect(act(deleteComment, claimed, { name: 'p', commentId })).rejects.toMatchObject({
        code: 'COMMENT_NOT_YOURS',
      });
    });
  });

  it('the history lists all events in order', async () => {
    await registered(2);
    await toProduction(1);
    const { requestId } = await act(requestTransition, ADA, {
      name: 'p',
      version: 2,
      target: PRODUCTION,
      archiveExistingVersions: true,
    });
    await act(approveRequest, BOB, { name: 'p', requestId, comment: 'fine' });
    const commits = await history();
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
      by: await known(BOB),
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

/** Whether the store keeps chains, or is behind a server with reviews. */
async function hasReviews(store: Store): Promise<boolean> {
  if (store.registry.reviews === undefined) return store.registry.chains !== undefined;
  try {
    await store.registry.reviews();
    return true;
  } catch (error) {
    if (isTidemarkError(error, 'CAPABILITY_MISSING')) return false;
    throw error;
  }
}
