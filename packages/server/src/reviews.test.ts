import {
  type Actor,
  approveRequest,
  createComment,
  createModelVersion,
  createRegisteredModel,
  deleteRegisteredModel,
  getRegisteredModel,
  modelActivity,
  modelHistory,
  rejectRequest,
  renameRegisteredModel,
  requestTransition,
  type Store,
  setAlias,
  setRegistryTag,
  setTransitionRules,
  transitionStage,
  updateComment,
} from '@tidemark/core';
import { openRestStore } from '@tidemark/mlflow';
import { describeReviewContract } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { type AttackedServer, attackedServer } from './testing/attacked-server.ts';

const PRODUCTION = { kind: 'stage', stage: 'Production' } as const;

/** Returns the store of a server, as one of its users sees it. */
function storeOf(server: AttackedServer, user: string): Store {
  const token = server.as(user).authorization.replace('Bearer ', '');
  return openRestStore({ uri: server.address, token });
}

describe('reviews over HTTP, by logged-in users', () => {
  const servers = new Map<string, AttackedServer>();
  const people = {
    ada: { role: 'admin' },
    bob: { role: 'approver' },
    eve: { role: 'approver' },
  } as const;
  describeReviewContract({
    open: async () => {
      const server = await attackedServer({ ...people, mallory: { role: 'approver' } });
      servers.set(server.address, server);
      return storeOf(server, 'ada');
    },
    readers: async (store) => {
      const server = servers.get(store.uri) as AttackedServer;
      return [store, storeOf(server, 'bob'), server.store];
    },
    enter: async (store, { name }) => ({
      store: storeOf(servers.get(store.uri) as AttackedServer, name),
      by: { name, authenticated: true },
    }),
  });
});

describe('the reviewer over HTTP', () => {
  /** A false claim in every request. The server knows better. */
  const claimed: Actor = { name: 'the-ceo', authenticated: true };

  async function reviewed(): Promise<{
    server: AttackedServer;
    owner: Store;
    editor: Store;
    approver: Store;
  }> {
    const server = await attackedServer({
      owner: { role: 'reader', models: { penguins: 'admin' } },
      editor: { role: 'writer' },
      approver: { role: 'approver' },
      visitor: { role: 'writer', models: { penguins: 'none' } },
    });
    const editor = storeOf(server, 'editor');
    await createRegisteredModel(editor, { name: 'penguins', by: claimed });
    await createModelVersion(editor, { name: 'penguins', source: 's3://b/1', by: claimed });
    const owner = storeOf(server, 'owner');
    const rules = [{ target: PRODUCTION, approvals: 1, authenticated: true }];
    await setTransitionRules(owner, { name: 'penguins', rules, by: claimed });
    return { server, owner, editor, approver: storeOf(server, 'approver') };
  }

  it('is recorded as the logged-in user, and never by a claimed name', async () => {
    const { server, owner, editor, approver } = await reviewed();
    const at = { name: 'penguins', version: 1 } as const;
    const asked = await requestTransition(editor, { ...at, target: PRODUCTION, by: claimed });
    expect(asked.by).toEqual({ name: 'editor', authenticated: true });
    await createComment(approver, { ...at, text: 'looks good', by: claimed });
    const evidence = { ciJob: 'ci/812' };
    await setRegistryTag(editor, { ...at, key: 'eval', value: 'passed', evidence, by: claimed });
    const { requestId } = asked;
    const approved = await approveRequest(approver, { name: 'penguins', requestId, by: claimed });
    expect(approved).toMatchObject({ granted: true, version: { stage: 'Production' } });
    const model = await getRegisteredModel(owner, 'penguins');
    expect(model).toEqual(await getRegisteredModel(server.store, 'penguins'));
    expect(model).toMatchObject({
      rules: [{ target: PRODUCTION, approvals: 1, authenticated: true }],
      versions: [
        {
          tags: [{ evidence: { ciJob: 'ci/812', by: { name: 'editor', authenticated: true } } }],
          comments: [{ text: 'looks good', by: { name: 'approver', authenticated: true } }],
          requests: [{ closed: { outcome: 'approved', by: { name: 'approver' } } }],
        },
      ],
    });
    const commits = [];
    for await (const commit of modelHistory(owner, 'penguins')) commits.push(commit);
    expect(modelActivity(commits).map(({ type, by }) => [type, by.name, by.authenticated])).toEqual(
      [
        ['CREATED_MODEL', 'editor', true],
        ['CREATED_VERSION', 'editor', true],
        ['SET_RULES', 'owner', true],
        ['REQUESTED_TRANSITION', 'editor', true],
        ['NEW_COMMENT', 'approver', true],
        ['SET_TAG', 'editor', true],
        ['APPROVED_REQUEST', 'approver', true],
        ['APPLIED_TRANSITION', 'approver', true],
        ['GRANTED_REQUEST', 'approver', true],
      ],
    );
  });

  it('needs the role to decide, and is bound by the rules too', async () => {
    const { server, editor, approver } = await reviewed();
    const denied = { code: 'PERMISSION_DENIED' };
    const at = { name: 'penguins', version: 1 } as const;
    const { requestId } = await requestTransition(editor, {
      ...at,
      target: PRODUCTION,
      by: claimed,
    });
    const decision = { name: 'penguins', requestId, by: claimed };
    for (const decide of [approveRequest, rejectRequest]) {
      await expect(decide(editor, decision)).rejects.toMatchObject(denied);
    }
    for (const store of [editor, approver]) {
      const none = { name: 'penguins', rules: [], by: claimed };
      await expect(setTransitionRules(store, none)).rejects.toMatchObject(denied);
    }
    const direct = transitionStage(approver, { ...at, stage: 'Production', by: claimed });
    await expect(direct).rejects.toMatchObject({
      code: 'TRANSITION_REFUSED',
      details: { missing: [expect.stringContaining('1 approval')] },
    });
    const own = await requestTransition(approver, { ...at, target: PRODUCTION, by: claimed });
    const ownDecision = { ...decision, requestId: own.requestId };
    await expect(approveRequest(approver, ownDecision)).rejects.toMatchObject({
      code: 'TRANSITION_REFUSED',
    });
    const { commentId } = await createComment(approver, { ...at, text: 'hm', by: claimed });
    const edit = { name: 'penguins', commentId, text: 'fine', by: claimed };
    await expect(updateComment(editor, edit)).rejects.toMatchObject({ code: 'COMMENT_NOT_YOURS' });
    const visitor = storeOf(server, 'visitor');
    for (const attempt of [
      () => createComment(visitor, { ...at, text: 'hi', by: claimed }),
      () => updateComment(visitor, edit),
      () => modelHistory(visitor, 'penguins').next(),
    ]) {
      await expect(attempt()).rejects.toMatchObject(denied);
    }
  });

  it('cannot delete or rename a model with rules without the role that sets rules', async () => {
    const { server, owner, editor, approver } = await reviewed();
    const renamed = { name: 'penguins', newName: 'birds', by: claimed };
    for (const end of [
      () => deleteRegisteredModel(approver, { name: 'penguins', by: claimed }),
      () => renameRegisteredModel(approver, renamed),
    ]) {
      await expect(end()).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining('the role admin on the registered model "penguins"'),
      });
    }
    expect((await getRegisteredModel(server.store, 'penguins')).rules).toHaveLength(1);
    await createRegisteredModel(editor, { name: 'free', by: claimed });
    await renameRegisteredModel(approver, { name: 'free', newName: 'freed', by: claimed });
    await deleteRegisteredModel(approver, { name: 'freed', by: claimed });
    await deleteRegisteredModel(owner, { name: 'penguins', by: claimed });
    expect(await server.store.registry.list()).toEqual([]);
  });

  it('cannot approve a request by an id that does not match the other fields', async () => {
    const { server, editor } = await reviewed();
    await createModelVersion(editor, { name: 'penguins', source: 's3://b/2', by: claimed });
    const asked = { name: 'penguins', version: 1, target: PRODUCTION, by: claimed };
    const { requestId: id } = await requestTransition(editor, asked);
    const decide = (named: object) =>
      server.call('approver', 'POST', '/api/2.0/mlflow/transition-requests/approve', {
        name: 'penguins',
        id,
        ...named,
      });
    for (const named of [{ version: '2' }, { stage: 'Staging' }, { creator: 'approver' }]) {
      const { status, text } = await decide(named);
      expect([named, status, text]).toEqual([named, 400, expect.stringContaining(id)]);
    }
    const rightly = await decide({ version: '1', stage: 'Production', creator: 'editor' });
    expect(rightly.status).toBe(200);
  });

  it('archives the version in a stage with the transition that replaces it, and supersedes a request by doing it directly', async () => {
    const { editor, approver } = await reviewed();
    await createModelVersion(editor, { name: 'penguins', source: 's3://b/2', by: claimed });
    const staging = { name: 'penguins', stage: 'Staging', by: claimed } as const;
    await transitionStage(approver, { ...staging, version: 1 });
    await transitionStage(approver, { ...staging, version: 2, archiveExistingVersions: true });
    const stages = async () =>
      (await getRegisteredModel(editor, 'penguins')).versions.map(({ stage }) => stage);
    expect(await stages()).toEqual(['Archived', 'Staging']);
    const target = { kind: 'alias', alias: 'champion' } as const;
    const asked = { name: 'penguins', version: 2, target, by: claimed };
    await requestTransition(editor, asked);
    await setAlias(approver, { name: 'penguins', alias: 'champion', version: 2, by: claimed });
    const [request] = (await getRegisteredModel(editor, 'penguins')).versions[1]?.requests ?? [];
    expect(request?.closed).toMatchObject({ outcome: 'superseded', by: { name: 'approver' } });
  });
});
