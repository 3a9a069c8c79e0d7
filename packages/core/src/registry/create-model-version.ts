import { assertNoSecretInUri } from '../artifacts/content-uri.ts';
import type { RegistryChange } from '../chain/registry-change.ts';
import { TidemarkError } from '../errors.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor, ModelVersion, ModelVersionStatus } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { assertText } from './assert-text.ts';
import { assertModelExists, commitChanges } from './commit-changes.ts';
import { getVersion } from './find-version.ts';
import { frozenSource } from './frozen-source.ts';
import { namedBySource } from './named-by-source.ts';
import { recordedDigest } from './recorded-digest.ts';
import { refusePurgedSource } from './refuse-purged-source.ts';
import { planTag } from './set-tag.ts';
import { tagModelVersion } from './tag-model-version.ts';
import { addressedPlace, type VersionSource } from './version-place.ts';

/** Options of `createModelVersion`, as in MLflow's CreateModelVersion. */
export interface CreateModelVersionOptions {
  readonly name: string;
  /**
   * The place of the files, as a URI: `models:/m-…`, `runs:/<run>/<path>`, another version (`models:/<name>/1`), or
   * any other place, which is not read.
   */
  readonly source: string;
  /**
   * The place of the files as an address of this store, if the source is one that only the caller can resolve. A server
   * sets it for a source that names the server itself. A copy of another version does not need it.
   */
  readonly storageLocation?: string;
  /** Default: the run of this store that the source names, or the run of its logged model. */
  readonly runId?: RunId;
  /** Default: the logged model of this store that the source names. */
  readonly modelId?: LoggedModelId;
  readonly runLink?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Default READY. */
  readonly status?: ModelVersionStatus;
  readonly statusMessage?: string;
  /**
   * Whether to add the version to the tag `mlflow.modelVersions` of its logged model, if that is in this store.
   * Default true. A server sets it to false: it first checks whether the caller may write to the logged model, and
   * then sets the tag itself.
   */
  readonly tagLoggedModel?: boolean;
  readonly by: Actor;
}

/**
 * Creates the next version of a registered model from a source URI. If the source is a logged model or a run of this
 * store, the version records the digests of its files and of its run. A copy of another version records where the
 * files of that version are and their digests, and does not depend on it any more.
 *
 * @example
 * ```ts
 * import { createModelVersion } from '@tidemark/core';
 *
 * const by = { name: 'ada', authenticated: false };
 * const { version } = await createModelVersion(store, { name: 'iris', source: `runs:/${runId}/model`, by });
 * ```
 *
 * @throws MODEL_NOT_FOUND, also for the model that the source names; MODEL_VERSION_NOT_FOUND, MODEL_ALIAS_NOT_FOUND
 * if the source names a missing version or alias; INVALID_KEY for an invalid tag; INVALID_ARGUMENT without a source,
 * or if the source belongs to another run or logged model than `runId` or `modelId`; RUN_NOT_FOUND,
 * LOGGED_MODEL_NOT_FOUND for a run or a logged model that was purged from this store
 */
export async function createModelVersion(
  store: Store,
  options: CreateModelVersionOptions,
): Promise<ModelVersion> {
  assertArguments({ store }, 'createModelVersion', { store: 'store' });
  assertOptions(options, 'createModelVersion', {
    name: 'string',
    source: 'string',
    storageLocation: 'string?',
    runId: 'string?',
    modelId: 'string?',
    runLink: 'string?',
    description: 'string?',
    tags: 'record?',
    status: 'string?',
    statusMessage: 'string?',
    tagLoggedModel: 'boolean?',
    by: 'actor',
  });
  const { name, by, tags = {}, runLink, status, statusMessage, description = '' } = options;
  if (options.source === '') {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'A version needs a source, which says where its files are. Give a URI such as runs:/<run id>/model.',
    );
  }
  assertText(description, 'description');
  assertNoSecretInUri(options.source, 'source of a version');
  if (runLink !== undefined) assertNoSecretInUri(runLink, 'run link of a version');
  const frozen = await frozenSource(store, options.source);
  const original = frozen?.version;
  const source = frozen?.source ?? options.source;
  const storageLocation = frozen?.storageLocation ?? options.storageLocation;
  const named = original ?? (await namedBySource(store, { ...options, source }));
  const runId = options.runId ?? named.runId;
  const modelId = options.modelId ?? named.modelId;
  const places = {
    source,
    ...(storageLocation === undefined ? {} : { storageLocation }),
    ...(runId === undefined ? {} : { runId }),
    ...(modelId === undefined ? {} : { modelId }),
  };
  assertOneOrigin(places);
  await refusePurgedSource(store, places);
  const { registry } = store;
  if (registry.createVersion !== undefined) {
    for (const [key, value] of Object.entries(tags)) planTag(key, value, by);
    // The server decides the status, and the place of a copy's files.
    return registry.createVersion(name, {
      source,
      description,
      tags,
      by,
      ...(runId === undefined ? {} : { runId }),
      ...(modelId === undefined ? {} : { modelId }),
      ...(runLink === undefined ? {} : { runLink }),
    });
  }
  const digest = original?.artifactsDigest ?? (await recordedDigest(store, places));
  const [run] = runId === undefined ? [] : await store.runs({ runIds: [runId] });
  const runState = run && (await store.runStateDigest(run.runId));
  let version = 0;
  const { model } = await commitChanges(store, name, by, (entry, { ended, lastVersion }) => {
    assertModelExists(name, entry, ended);
    version = lastVersion + 1;
    const evidence = digest === undefined ? {} : { digest };
    return [
      {
        kind: 'version-created',
        version,
        ...places,
        description,
        ...(runLink === undefined ? {} : { runLink }),
        ...(status === undefined ? {} : { status }),
        ...(statusMessage === undefined ? {} : { statusMessage }),
        ...(digest === undefined ? {} : { artifactsDigest: digest }),
        ...(runState === undefined ? {} : { runState }),
      },
      ...Object.entries(tags).map(
        ([key, value]): RegistryChange => ({
          kind: 'version-tag-set',
          version,
          tag: planTag(key, value, by, evidence),
        }),
      ),
    ];
  });
  if (options.tagLoggedModel !== false && modelId !== undefined) {
    const [logged] = await store.loggedModels({ modelIds: [modelId] });
    if (logged !== undefined) await tagModelVersion(store, logged, { name, version });
  }
  return getVersion(model, version);
}

/**
 * Checks that the source and the ids name the same run and the same logged model, because a version has the metrics
 * of its run and the files of its source.
 * @throws INVALID_ARGUMENT
 */
function assertOneOrigin(version: VersionSource): void {
  const { source, runId, modelId } = version;
  const place = addressedPlace(version);
  const [named, given, what] =
    place?.kind === 'run' ? [place.runId, runId, 'run'] : [place?.modelId, modelId, 'logged model'];
  if (named === undefined || given === undefined || named === given) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The source ${JSON.stringify(source)} has files of the ${what} ${named}, and the version is to be of the ${what} ${given}. Name the ${what} of the source, or none.`,
    { details: { source, ...(runId && { runId }), ...(modelId && { modelId }) } },
  );
}
