import {
  type RegistryChange,
  type RegistryCommitDraft,
  TidemarkError,
  type VersionDraft,
} from '@tidemark/core';
import { toKeyValueMessages } from './messages/key-value.ts';
import { toEvidenceMessage } from './messages/review-fields.ts';
import type { RestRequest } from './rest-client.ts';

/**
 * Returns the calls for the changes of one commit, in their order. Evidence, digests and statuses, which MLflow has
 * no fields for, are left out.
 * @throws CAPABILITY_MISSING for rules, and for requests and comments, which the server creates itself
 */
export function registryCalls(
  name: string,
  { changes, by }: Pick<RegistryCommitDraft, 'changes' | 'by'>,
): RestRequest[] {
  return inOneCall(changes).flatMap(({ change, archives }) =>
    callsOf(name, change, archives).map((call) => ({ ...call, claimedName: by.name })),
  );
}

/**
 * Returns the changes without those that archive other versions of a stage to make room. The call for the new
 * version archives them too, or does nothing if a rule refuses it.
 */
function inOneCall(
  changes: readonly RegistryChange[],
): { readonly change: RegistryChange; readonly archives: boolean }[] {
  const roomIn = new Set(
    changes.flatMap((change) =>
      change.kind === 'stage-set' && change.cause === 'archived' ? [change.from] : [],
    ),
  );
  return changes
    .filter((change) => change.kind !== 'stage-set' || change.cause !== 'archived')
    .map((change) => ({ change, archives: change.kind === 'stage-set' && roomIn.has(change.to) }));
}

function callsOf(name: string, change: RegistryChange, archives: boolean): RestRequest[] {
  const call = (method: RestRequest['method'], path: string, body: object): RestRequest => ({
    method,
    path: `/mlflow/${path}`,
    body: { name, ...body },
    subject: 'registered-model',
  });
  switch (change.kind) {
    case 'model-created':
      return [
        {
          ...call('POST', 'registered-models/create', { description: change.description }),
          repeatable: false,
        },
      ];
    case 'model-updated':
      return [call('PATCH', 'registered-models/update', { description: change.description })];
    case 'model-tag-set':
      return [
        call('POST', 'registered-models/set-tag', {
          key: change.tag.key,
          value: change.tag.value,
          tidemark: toEvidenceMessage(change.tag.evidence),
        }),
      ];
    case 'model-tag-deleted':
      return [call('DELETE', 'registered-models/delete-tag', { key: change.key })];
    case 'model-deleted':
      return [call('DELETE', 'registered-models/delete', {})];
    case 'model-renamed':
      return [
        { ...call('POST', 'registered-models/rename', { new_name: change.to }), repeatable: false },
      ];
    case 'model-arrived':
      // Only chains have it. The server renames in one call.
      throw notAChange(name, change);
    case 'version-created':
    case 'brought-in':
      // The server sets the number, the author and the time: `createVersion`.
      throw notAChange(name, change);
    case 'version-updated':
      return [
        call('PATCH', 'model-versions/update', {
          version: String(change.version),
          description: change.description,
        }),
      ];
    case 'version-status-set':
      // MLflow's server sets it itself.
      return [];
    case 'version-deleted':
      return [call('DELETE', 'model-versions/delete', { version: String(change.version) })];
    case 'version-tag-set':
      return [
        call('POST', 'model-versions/set-tag', {
          version: String(change.version),
          key: change.tag.key,
          value: change.tag.value,
          tidemark: toEvidenceMessage(change.tag.evidence),
        }),
      ];
    case 'version-tag-deleted':
      return [
        call('DELETE', 'model-versions/delete-tag', {
          version: String(change.version),
          key: change.key,
        }),
      ];
    case 'alias-set':
      return [
        call('POST', 'registered-models/alias', {
          alias: change.alias,
          version: String(change.version),
        }),
      ];
    case 'alias-deleted':
      return [call('DELETE', 'registered-models/alias', { alias: change.alias })];
    case 'stage-set':
      return [
        call('POST', 'model-versions/transition-stage', {
          version: String(change.version),
          stage: change.to,
          archive_existing_versions: archives,
          comment: change.comment,
        }),
      ];
    case 'request-closed':
      // The server itself closes the requests that a transition makes obsolete. Decisions are separate calls.
      if (change.outcome === 'superseded') return [];
      throw notAChange(name, change);
    case 'rules-set':
    case 'request-created':
    case 'request-approved':
    case 'comment-created':
    case 'comment-updated':
    case 'comment-deleted':
      throw notAChange(name, change);
  }
}

/** Returns the call that creates the next version. Its response has the number that the server assigned. */
export function createVersionCall(name: string, draft: Omit<VersionDraft, 'by'>): RestRequest {
  return {
    method: 'POST',
    path: '/mlflow/model-versions/create',
    body: {
      name,
      source: draft.source,
      description: draft.description,
      run_id: draft.runId,
      model_id: draft.modelId,
      run_link: draft.runLink,
      tags: draft.tags === undefined ? undefined : toKeyValueMessages(draft.tags),
    },
    subject: 'registered-model',
    repeatable: false,
  };
}

/** Returns the error for a change that a client cannot send, because the server makes it itself. */
function notAChange(name: string, { kind }: RegistryChange): TidemarkError {
  const [made, verb] =
    kind === 'model-arrived'
      ? ['renames in one call', 'renameRegisteredModel']
      : kind === 'version-created' || kind === 'brought-in'
        ? ['assigns the numbers of versions itself', 'registerVersion']
        : ['records reviews itself', 'requestTransition'];
  return new TidemarkError(
    'CAPABILITY_MISSING',
    `The change "${kind}" of ${JSON.stringify(name)} cannot be copied to a server, which ${made}. Use the functions of the registry, such as ${verb}.`,
    { details: { kind } },
  );
}
