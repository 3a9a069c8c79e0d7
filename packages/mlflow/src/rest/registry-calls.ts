import { type RegistryChange, TidemarkError } from '@tidemark/core';
import type { RestRequest } from './rest-client.ts';

/** A call for one change; the one that makes a version answers the number that the server gave it. */
export interface RegistryCall extends RestRequest {
  /** The number that the new version is to have. */
  readonly createsVersion?: number;
}

/**
 * The calls that stand for the changes of one commit, in their order. What MLflow has no place for,
 * evidence, digests and statuses, is left out.
 * @throws CAPABILITY_MISSING for rules, and for requests and comments, which the server makes itself
 */
export function registryCalls(name: string, changes: readonly RegistryChange[]): RegistryCall[] {
  return changes.flatMap((change) => callsOf(name, change));
}

function callsOf(name: string, change: RegistryChange): RegistryCall[] {
  const call = (method: RestRequest['method'], path: string, body: object): RegistryCall => ({
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
        }),
      ];
    case 'model-tag-deleted':
      return [call('DELETE', 'registered-models/delete-tag', { key: change.key })];
    case 'model-deleted':
      return [call('DELETE', 'registered-models/delete', {})];
    case 'model-arrived':
      return [
        {
          ...call('POST', 'registered-models/rename', {}),
          body: { name: change.from.name, new_name: name },
        },
      ];
    case 'model-renamed':
      // Done by the rename, which stands in the new chain.
      return [];
    case 'version-created':
      return [
        {
          ...call('POST', 'model-versions/create', {
            source: change.source,
            description: change.description,
            run_id: change.runId,
            model_id: change.modelId,
            run_link: change.runLink,
          }),
          createsVersion: change.version,
          repeatable: false,
        },
      ];
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
          archive_existing_versions: false,
          comment: change.comment,
        }),
      ];
    case 'rules-set':
    case 'request-created':
    case 'request-approved':
    case 'request-closed':
    case 'comment-created':
    case 'comment-updated':
    case 'comment-deleted':
      throw new TidemarkError(
        'CAPABILITY_MISSING',
        `"${change.kind}" cannot be sent to a tracking server as a change of ${JSON.stringify(name)}: this client does not speak them. Do it where the store's folder is, with: tidemark models --help; or call a Tidemark server's own /api/2.0/mlflow/transition-requests and comments (docs/server.md)`,
        { details: { kind: change.kind } },
      );
  }
}
