import type {
  RegisteredModel,
  RegistryComment,
  TransitionApproval,
  TransitionRequest,
  TransitionRule,
  TransitionTarget,
} from '@tidemark/core';
import {
  type Column,
  type SqlTable,
  sqlTable,
  text,
  texts,
  time,
  truth,
  whole,
} from './sql-table.ts';
import type { RegistryEvent, StoreRecords } from './store-records.ts';
import { allVersions, type VersionRow } from './version-rows.ts';

interface RequestRow extends VersionRow {
  readonly request: TransitionRequest;
}

/** The review of versions of registered models: requests, approvals, comments, rules, events. */
export const reviewTables: readonly SqlTable<StoreRecords>[] = [
  sqlTable<StoreRecords, RequestRow>({
    name: 'transition_requests',
    description: 'Requests that a version gets a stage or an alias, open and closed ones.',
    items: allRequests,
    columns: {
      request_id: text('Its id.', ({ request }) => request.requestId),
      ...versionColumns<RequestRow>(),
      ...targetColumns<RequestRow>(({ request }) => request.target),
      requested_by: text('Who asked.', ({ request }) => request.by.name),
      requested_by_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ request }) => request.by.authenticated,
      ),
      request_time: time('When it was made.', ({ request }) => request.atMs),
      comment: text('The comment of the requester; may be empty.', (row) => row.request.comment),
      archives_existing: truth(
        'Whether granting it archives the other versions of the stage.',
        ({ request }) => request.archiveExistingVersions,
      ),
      outcome: text(
        '`approved`, `rejected`, `cancelled` or `superseded` (the version got there without it); NULL while it is open.',
        ({ request }) => request.closed?.outcome,
      ),
      closed_by: text('Who closed it.', ({ request }) => request.closed?.by.name),
      closed_by_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ request }) => request.closed?.by.authenticated,
      ),
      closed_time: time('When it was closed.', ({ request }) => request.closed?.atMs),
      closing_comment: text(
        'The comment of the user who closed it.',
        ({ request }) => request.closed?.comment,
      ),
    },
  }),
  sqlTable<StoreRecords, RequestRow & { readonly approval: TransitionApproval }>({
    name: 'transition_approvals',
    description:
      'Approvals of transition requests. The rules of the model decide which ones count.',
    items: function* (records) {
      for (const row of allRequests(records)) {
        for (const approval of row.request.approvals) yield { ...row, approval };
      }
    },
    columns: {
      request_id: text('The request.', ({ request }) => request.requestId),
      approved_by: text('Who approved, once for each request.', ({ approval }) => approval.by.name),
      approved_by_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ approval }) => approval.by.authenticated,
      ),
      approval_time: time('When.', ({ approval }) => approval.atMs),
      comment: text('The comment that came with it.', ({ approval }) => approval.comment),
    },
  }),
  sqlTable<StoreRecords, VersionRow & { readonly comment: RegistryComment }>({
    name: 'version_comments',
    description: 'Comments on model versions.',
    items: function* (records) {
      for (const row of allVersions(records)) {
        for (const comment of row.version.comments) yield { ...row, comment };
      }
    },
    columns: {
      comment_id: text('Its id.', ({ comment }) => comment.commentId),
      ...versionColumns<VersionRow & { readonly comment: RegistryComment }>(),
      comment: text('The text.', ({ comment }) => comment.text),
      author: text('Who wrote it.', ({ comment }) => comment.by.name),
      author_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ comment }) => comment.by.authenticated,
      ),
      creation_time: time('When it was written.', ({ comment }) => comment.creationTimeMs),
      last_update_time: time(
        'When it was last changed.',
        ({ comment }) => comment.lastUpdateTimeMs,
      ),
    },
  }),
  sqlTable<StoreRecords, { readonly model: RegisteredModel; readonly rule: TransitionRule }>({
    name: 'transition_rules',
    description: 'What a version of a model needs before it gets a stage or an alias.',
    items: ({ registeredModels }) =>
      registeredModels.flatMap((model) => model.rules.map((rule) => ({ model, rule }))),
    columns: {
      name: text('The registered model.', ({ model }) => model.name),
      ...targetColumns<{ readonly rule: TransitionRule }>(({ rule }) => rule.target),
      approvals: whole('The number of approvals that it needs.', ({ rule }) => rule.approvals ?? 0),
      approver_not: text(
        'Whose approval does not count: `requester` or `requester-or-author`.',
        ({ rule }) => rule.approverNot ?? 'requester',
      ),
      approvers: texts(
        "The users whose approvals count; NULL if everyone's do.",
        ({ rule }) => rule.approvers,
      ),
      authenticated: truth(
        'Whether only approvals of authenticated users count.',
        ({ rule }) => rule.authenticated ?? false,
      ),
      tags: texts('The tags it needs, `key` or `key=value`.', ({ rule }) => rule.tags ?? []),
    },
  }),
  sqlTable<StoreRecords, RegistryEvent>({
    name: 'registry_activity',
    description:
      'Events of registered models, including deleted ones; empty if the store keeps no history of them.',
    items: ({ registryEvents }) => registryEvents,
    columns: {
      name: text('The name that the model had then.', ({ model }) => model),
      commit_number: whole('The commit in the chain of that name.', ({ commit }) => commit.number),
      position: whole(
        'The 0-based position of the change in that commit.',
        ({ position }) => position,
      ),
      type: text('`APPLIED_TRANSITION`, `NEW_COMMENT`, `SET_TAG` …', ({ type }) => type),
      version: whole('The version; NULL for the model itself.', ({ version }) => version),
      from_stage: text(
        'For a transition or request: the stage at that time.',
        (event) => event.fromStage,
      ),
      ...targetColumns<RegistryEvent>(({ target }) => target),
      request_id: text('The request it is about.', ({ requestId }) => requestId),
      comment_id: text('The comment it is about.', ({ commentId }) => commentId),
      comment: text('The comment that came with it.', ({ comment }) => comment),
      subject: text('What was changed, such as `key = value`.', ({ subject }) => subject),
      done_by: text('Who did it.', ({ by }) => by.name),
      done_by_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ by }) => by.authenticated,
      ),
      done_time: time('When.', ({ atMs }) => atMs),
      merged_by: text(
        'Who merged it from another store, with `tidemark merge`.',
        ({ replayed }) => replayed?.by.name,
      ),
      commit_hash: text('The hash of the commit.', ({ commit }) => commit.hash),
    },
  }),
];

function versionColumns<Row extends VersionRow>(): Record<'name' | 'version', Column<Row>> {
  return {
    name: text('The registered model.', ({ model }) => model.name),
    version: whole('The version.', ({ version }) => version.version),
  };
}

function targetColumns<Row>(
  targetOf: (row: Row) => TransitionTarget | undefined,
): Record<'to_stage' | 'to_alias', Column<Row>> {
  return {
    to_stage: text('The requested stage; NULL for an alias.', (row) => {
      const target = targetOf(row);
      return target?.kind === 'stage' ? target.stage : undefined;
    }),
    to_alias: text('The requested alias; NULL for a stage.', (row) => {
      const target = targetOf(row);
      return target?.kind === 'alias' ? target.alias : undefined;
    }),
  };
}

function* allRequests(records: StoreRecords): Generator<RequestRow> {
  for (const row of allVersions(records)) {
    for (const request of row.version.requests) yield { ...row, request };
  }
}
