import { TidemarkError } from '../errors.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { Actor, ModelVersion, ModelVersionStatus } from '../model/registered-model.ts';
import type { Store } from '../store/store.ts';
import { assertText } from './assert-text.ts';
import { assertModelExists, commitChanges } from './commit-changes.ts';
import { getVersion } from './find-version.ts';
import { recordedDigest } from './recorded-digest.ts';
import type { RegistryChange } from './registry-change.ts';
import { planTag } from './set-tag.ts';

/** A version to be made of files that lie somewhere, as MLflow's CreateModelVersion. */
export interface CreateModelVersionOptions {
  readonly name: string;
  /** A URI: `models:/m-…`, `runs:/<run>/<path>`, or any other place. It is not looked at. */
  readonly source: string;
  readonly runId?: RunId;
  readonly modelId?: LoggedModelId;
  readonly runLink?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Default READY. */
  readonly status?: ModelVersionStatus;
  readonly statusMessage?: string;
  readonly by: Actor;
}

/**
 * Makes the next version of a registered model from a source URI. Where the source is a logged model
 * or a run of this store, the version records the digests of its files and of its run.
 * @throws MODEL_NOT_FOUND, INVALID_KEY for a bad tag, INVALID_ARGUMENT without a source
 */
export async function createModelVersion(
  store: Store,
  options: CreateModelVersionOptions,
): Promise<ModelVersion> {
  const { name, by, tags = {}, ...facts } = options;
  const { source, runId, modelId, runLink, status, statusMessage, description = '' } = facts;
  if (source === '') {
    throw new TidemarkError('INVALID_ARGUMENT', 'A version needs a source: where its files are.');
  }
  assertText(description, 'description');
  const digest = await recordedDigest(store, facts);
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
        source,
        description,
        ...(runId === undefined ? {} : { runId }),
        ...(modelId === undefined ? {} : { modelId }),
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
  return getVersion(model, version);
}
