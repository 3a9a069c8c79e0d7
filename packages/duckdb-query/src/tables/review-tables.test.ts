import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openStore } from '@tidemark/client';
import {
  approveRequest,
  createComment,
  createModelVersion,
  createRegisteredModel,
  deleteRegisteredModel,
  MemoryStore,
  rejectRequest,
  renameRegisteredModel,
  requestTransition,
  type Store,
  setTransitionRules,
  transitionStage,
} from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { querySql } from '../open-query.ts';

const ADA = { name: 'ada', authenticated: false } as const;
const BOB = { name: 'bob', authenticated: true } as const;

/** A request made under the model's first name and approved under its second; one for another version was rejected. */
async function reviewed(store: Store): Promise<void> {
  await createRegisteredModel(store, { name: 'birds', by: ADA });
  const draft = { name: 'birds', by: ADA, runLink: 'http://ci/7' };
  await createModelVersion(store, { ...draft, source: 's3://a' });
  await createModelVersion(store, { ...draft, source: 's3://b', status: 'PENDING_REGISTRATION' });
  const rules = [{ target: { kind: 'stage', stage: 'Production' }, approvals: 1 }] as const;
  await setTransitionRules(store, { name: 'birds', rules, by: ADA });
  const ask = async (version: number, comment: string) =>
    await requestTransition(store, {
      name: 'birds',
      version,
      target: { kind: 'stage', stage: 'Production' },
      by: ADA,
      comment,
    });
  const first = await ask(1, 'it is good');
  const second = await ask(2, 'so is this');
  await renameRegisteredModel(store, { name: 'birds', newName: 'penguins', by: ADA });
  const decide = { name: 'penguins', by: BOB };
  await approveRequest(store, { ...decide, requestId: first.requestId, comment: 'yes' });
  await rejectRequest(store, { ...decide, requestId: second.requestId, comment: 'no files' });
  await createComment(store, { name: 'penguins', version: 1, text: 'well done', by: BOB });
  await transitionStage(store, { name: 'penguins', version: 2, stage: 'Archived', by: ADA });
}

const STORES: [string, () => Promise<Store>][] = [
  ['in memory', async () => new MemoryStore()],
  ['in a folder', () => openStore(join(temporaryFolder(), 'store'))],
];

describe.each(STORES)('the tables of reviews, of a store %s', (_, open) => {
  async function asked(sql: string) {
    const store = await open();
    await reviewed(store);
    return (await querySql(sql, { store, threads: 1 })).rows;
  }

  it('have versions with their stage, status and link', async () => {
    expect(
      await asked('SELECT name, version, stage, status, run_link FROM model_versions ORDER BY 2'),
    ).toEqual([
      {
        name: 'penguins',
        version: 1,
        stage: 'Production',
        status: 'READY',
        run_link: 'http://ci/7',
      },
      {
        name: 'penguins',
        version: 2,
        stage: 'Archived',
        status: 'PENDING_REGISTRATION',
        run_link: 'http://ci/7',
      },
    ]);
  });

  it('have requests with their decision, approvals, comments and rules', async () => {
    const sql = `
      SELECT q.version, q.to_stage, q.to_alias, requested_by, outcome, closed_by, closing_comment,
        approved_by, approved_by_authenticated, a.comment AS said, c.comment AS remark, c.author,
        r.approvals, r.approver_not, r.approvers, r.tags
      FROM transition_requests q
      LEFT JOIN transition_approvals a USING (request_id)
      LEFT JOIN version_comments c ON (c.name, c.version) = (q.name, q.version)
      JOIN transition_rules r ON (r.name, r.to_stage) = (q.name, q.to_stage)
      ORDER BY q.version`;
    const both = { to_stage: 'Production', to_alias: null, requested_by: 'ada', closed_by: 'bob' };
    const rule = { approvals: 1, approver_not: 'requester', approvers: null, tags: [] };
    expect(await asked(sql)).toEqual([
      {
        ...{ ...both, ...rule, version: 1, outcome: 'approved', closing_comment: '' },
        ...{ approved_by: 'bob', approved_by_authenticated: true, said: 'yes' },
        ...{ remark: 'well done', author: 'bob' },
      },
      {
        ...{ ...both, ...rule, version: 2, outcome: 'rejected', closing_comment: 'no files' },
        ...{ approved_by: null, approved_by_authenticated: null, said: null },
        ...{ remark: null, author: null },
      },
    ]);
  });

  it('have each event once, also those under an earlier name of the model', async () => {
    const rows = await asked(`
      SELECT name, type, version, to_stage, done_by FROM registry_activity
      WHERE type NOT IN ('SET_TAG', 'CREATED_MODEL') ORDER BY done_time, name, commit_number, position`);
    expect(rows.filter(({ type }) => type === 'RENAMED_MODEL')).toHaveLength(2);
    expect(rows.filter(({ type }) => type === 'CREATED_VERSION')).toHaveLength(2);
    const production = { to_stage: 'Production', done_by: 'bob', name: 'penguins' };
    expect(rows).toContainEqual({ ...production, type: 'GRANTED_REQUEST', version: 1 });
    expect(rows).toContainEqual({ ...production, type: 'REJECTED_REQUEST', version: 2 });
  });
});

it('registry_activity has the rest if the history under an earlier name is damaged', async () => {
  const folder = join(temporaryFolder(), 'store');
  const written = await openStore(folder);
  await reviewed(written);
  await written.close();
  const chains = readdirSync(join(folder, 'registry')).map((name) =>
    join(folder, 'registry', name),
  );
  const old = chains.find((chain) => basename(chain).startsWith('birds'));
  if (old === undefined) throw new Error('There is no chain of the old name.');
  writeFileSync(join(old, '00000000000000000002.json'), 'torn');
  const store = await openStore(folder);
  const { rows } = await querySql(
    `SELECT (SELECT any_value(name) FROM model_versions) AS model,
      list(DISTINCT name) AS names, count(*) FILTER (type = 'NEW_COMMENT') AS comments
    FROM registry_activity`,
    { store, threads: 1 },
  );
  expect(rows).toEqual([{ model: 'penguins', names: ['penguins'], comments: 1 }]);
});

it('registry_activity keeps the events of deleted models', async () => {
  const store = new MemoryStore();
  await reviewed(store);
  await deleteRegisteredModel(store, { name: 'penguins', by: BOB });
  const { rows } = await querySql(
    `SELECT (SELECT count(*) FROM model_versions) AS versions, count(*) AS events,
      arg_max(type, commit_number) AS last FROM registry_activity WHERE name = 'penguins'`,
    { store, threads: 1 },
  );
  expect(rows).toMatchObject([{ versions: 0, last: 'DELETED_MODEL' }]);
});
