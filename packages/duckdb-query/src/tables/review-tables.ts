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
    description: 'Open and closed requests to give a version a stage or an alias.',
    items: allRequests,
    columns: {
      request_id: text('The id.', ({ request }) => request.requestId),
      ...versionColumns<RequestRow>(),
      ...targetColumns<RequestRow>(({ request }) => request.target),
      requested_by: text('The user who made the request.', ({ request }) => request.by.name),
      requested_by_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ request }) => request.by.authenticated,
      ),
      request_time: time('The time of the request.', ({ request }) => request.atMs),
      comment: text('The comment of the requester; may be empty.', (row) => row.request.comment),
      archives_existing: truth(
        'Whether the transition also archives the other versions in the stage.',
        ({ request }) => request.archiveExistingVersions,
      ),
      outcome: text(
        '`approved`, `rejected`, `cancelled` or `superseded` (the version got the stage or alias without the request); NULL while it is open.',
        ({ request }) => request.closed?.outcome,
      ),
      closed_by: text('The user who closed the request.', ({ request }) => request.closed?.by.name),
      closed_by_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ request }) => request.closed?.by.authenticated,
      ),
      closed_time: time(
        'The time when the request was closed.',
        ({ request }) => request.closed?.atMs,
      ),
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
      approved_by: text('The user who approved the request.', ({ approval }) => approval.by.name),
      approved_by_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ approval }) => approval.by.authenticated,
      ),
      approval_time: time('The time of the approval.', ({ approval }) => approval.atMs),
      comment: text('The comment, if there is one.', ({ approval }) => approval.comment),
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
      comment_id: text('The id.', ({ comment }) => comment.commentId),
      ...versionColumns<VersionRow & { readonly comment: RegistryComment }>(),
      comment: text('The text.', ({ comment }) => comment.text),
      author: text('The author.', ({ comment }) => comment.by.name),
      author_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ comment }) => comment.by.authenticated,
      ),
      creation_time: time('The creation time.', ({ comment }) => comment.creationTimeMs),
      last_update_time: time(
        'The time of the last change.',
        ({ comment }) => comment.lastUpdateTimeMs,
      ),
    },
  }),
  sqlTable<StoreRecords, { readonly model: RegisteredModel; readonly rule: TransitionRule }>({
    name: 'transition_rules',
    description: 'The conditions for a version of a model to get a stage or an alias.',
    items: ({ registeredModels }) =>
      registeredModels.flatMap((model) => model.rules.map((rule) => ({ model, rule }))),
    columns: {
      name: text('The registered model.', ({ model }) => model.name),
      ...targetColumns<{ readonly rule: TransitionRule }>(({ rule }) => rule.target),
      approvals: whole('The number of required approvals.', ({ rule }) => rule.approvals ?? 0),
      approver_not: text(
        'Whose approval does not count: `requester` or `requester-or-author`.',
        ({ rule }) => rule.approverNot ?? 'requester',
      ),
      approvers: texts(
        'The users whose approvals count; NULL if the approvals of all users count.',
        ({ rule }) => rule.approvers,
      ),
      authenticated: truth(
        'Whether only approvals of authenticated users count.',
        ({ rule }) => rule.authenticated ?? false,
      ),
      tags: texts('The required tags, `key` or `key=value`.', ({ rule }) => rule.tags ?? []),
    },
  }),
  sqlTable<StoreRecords, RegistryEvent>({
    name: 'registry_activity',
    description:
      'Events of registered models, including deleted ones; empty if the store keeps no history of them.',
    items: ({ registryEvents }) => registryEvents,
    columns: {
      name: text('The name of the model at that time.', ({ model }) => model),
      commit_number: whole('The commit in the chain of that name.', ({ commit }) => commit.number),
      position: whole(
        'The 0-based position of the change in that commit.',
        ({ position }) => position,
      ),
      type: text('`APPLIED_TRANSITION`, `NEW_COMMENT`, `SET_TAG` …', ({ type }) => type),
      version: whole('The version; NULL for the model itself.', ({ version }) => version),
      from_stage: text(
        'For a transition or a request: the stage before it.',
        (event) => event.fromStage,
      ),
      ...targetColumns<RegistryEvent>(({ target }) => target),
      request_id: text('The request that the event is about.', ({ requestId }) => requestId),
      comment_id: text('The comment that the event is about.', ({ commentId }) => commentId),
      comment: text('The comment, if there is one.', ({ comment }) => comment),
      subject: text('The changed thing, such as `key = value`.', ({ subject }) => subject),
      done_by: text('The user who made the change.', ({ by }) => by.name),
      done_by_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ by }) => by.authenticated,
      ),
      done_time: time('The time of the change.', ({ atMs }) => atMs),
      merged_by: text(
        'The user who merged the change from another store, with `tidemark merge`.',
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
