import { artifactsDigest } from '../digest/artifacts-digest.ts';
import { isTidemarkError, TidemarkError } from '../errors.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertModelName } from '../model/names.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor, ModelVersion } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { commitChanges } from './commit-changes.ts';
import { ensureRegisteredModel } from './ensure-registered-model.ts';
import { getVersion } from './find-version.ts';
import { tagModelVersion } from './tag-model-version.ts';

/** Options of `registerVersion`. */
export interface RegisterVersionOptions {
  readonly name: string;
  readonly model: LoggedModel;
  readonly by: Actor;
  readonly description?: string;
}

/**
 * Registers a logged model as the next version of a registered model, which it creates if it does not exist. The
 * version records the digests of the model's artifacts and of its run's folded state, so that a later change of
 * either is visible. It adds the version to the logged model's tag `mlflow.modelVersions`.
 *
 * @example
 * ```ts
 * import { registerVersion } from '@tidemark/core';
 *
 * const by = { name: 'ada', authenticated: false };
 * const { version } = await registerVersion(store, { name: 'iris', model, by });
 * ```
 *
 * @throws INVALID_KEY for an invalid name; LOGGED_MODEL_NOT_FOUND if the model belongs to another store;
 * INVALID_ARGUMENT if it is not READY
 */
export async function registerVersion(
  store: Store,
  options: RegisterVersionOptions,
): Promise<ModelVersion> {
  assertArguments({ store }, 'registerVersion', { store: 'store' });
  assertOptions(options, 'registerVersion', {
    name: 'string',
    model: 'object',
    by: 'actor',
    description: 'string?',
  });
  const { name, by, description = '' } = options;
  assertModelName(name);
  // Read again: the caller's copy may be stale, or of another store.
  const [model] = await store.loggedModels({ modelIds: [options.model.modelId] });
  if (model === undefined) {
    throw new TidemarkError(
      'LOGGED_MODEL_NOT_FOUND',
      `The logged model ${options.model.modelId} is not in ${store.uri}. Register it in the store that it was logged to.`,
      { details: { modelId: options.model.modelId } },
    );
  }
  if (model.status !== 'READY') {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The logged model ${model.modelId} is ${model.status}; only a READY model can be registered. Log it again.`,
      { details: { modelId: model.modelId, status: model.status } },
    );
  }
  const { sourceRunId } = model;
  const source = `models:/${model.modelId}`;
  const createVersion = store.registry.createVersion?.bind(store.registry);
  if (createVersion !== undefined) {
    const runId = sourceRunId === undefined ? {} : { runId: sourceRunId };
    const draft = { source, description, modelId: model.modelId, by, ...runId };
    return inEnsuredModel(store, { name, by }, () => createVersion(name, draft));
  }
  const runState = sourceRunId === undefined ? undefined : await store.runStateDigest(sourceRunId);
  let version = 0;
  const entry = await commitChanges(store, name, by, (before, { lastVersion }) => {
    version = lastVersion + 1;
    return [
      ...(before === undefined ? [{ kind: 'model-created', description: '' } as const] : []),
      {
        kind: 'version-created',
        version,
        source,
        description,
        modelId: model.modelId,
        artifactsDigest: artifactsDigest(model.artifacts),
        ...(sourceRunId === undefined ? {} : { runId: sourceRunId }),
        ...(runState === undefined ? {} : { runState }),
      },
    ];
  });
  await tagModelVersion(store, model, { name, version });
  return getVersion(entry.model, version);
}

/** Creates the registered model only if it does not exist. If another process creates it first, that one is used. */
async function inEnsuredModel(
  store: Store,
  model: { readonly name: string; readonly by: Actor },
  create: () => Promise<ModelVersion>,
): Promise<ModelVersion> {
  try {
    return await create();
  } catch (error) {
    if (!isTidemarkError(error, 'MODEL_NOT_FOUND')) throw error;
    await ensureRegisteredModel(store, model);
    return create();
  }
}
