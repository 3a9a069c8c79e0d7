import type { LoggedModelId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';

/** The tag of a logged model that lists the versions registered from it (MLflow: MLFLOW_MODEL_VERSIONS). */
const MODEL_VERSIONS_TAG = 'mlflow.modelVersions';

/**
 * More attempts than processes that register at the same time need: each attempt lists all versions that exist by
 * then.
 */
const ATTEMPTS = 10;

/**
 * Adds a version to the tag `mlflow.modelVersions` of its logged model, as MLflow's server does: a JSON list of `{
 * name, version }`. Does nothing if the logged model is soft-deleted, or the tag has the version already. Replaces a
 * value that is not a list. If the registry is in files, the tag then has every version of the registered model that
 * was registered from the logged model, also by other processes.
 * @throws WRITE_FAILED
 */
export async function tagModelVersion(
  store: Store,
  loggedModel: LoggedModel,
  version: { readonly name: string; readonly version: number },
): Promise<void> {
  assertArguments({ store, loggedModel, version }, 'tagModelVersion', {
    store: 'store',
    loggedModel: 'object',
    version: 'object',
  });
  const { modelId } = loggedModel;
  let current: LoggedModel | undefined = loggedModel;
  for (let attempt = 1; attempt <= ATTEMPTS && current?.lifecycleStage === 'active'; attempt += 1) {
    const known = parsedList(current.tags[MODEL_VERSIONS_TAG]);
    const others = await otherVersions(store, modelId, version);
    const missing = [...others, version].filter(
      (each) => !known.some((entry) => isSame(entry, each)),
    );
    if (missing.length === 0) return;
    const value = JSON.stringify([...known, ...missing]);
    const tags = { [MODEL_VERSIONS_TAG]: value };
    await store.append([{ kind: 'model-tags', model: modelId, timeMs: Date.now(), tags }]);
    // Other processes also write the whole list, and the last one wins: read the list again.
    [current] = await store.loggedModels({ modelIds: [modelId] });
  }
}

/**
 * Returns the other versions of a registered model that were registered from a logged model; none if a server keeps
 * the tag.
 */
async function otherVersions(
  store: Store,
  modelId: LoggedModelId,
  { name, version: own }: { readonly name: string; readonly version: number },
): Promise<{ name: string; version: number }[]> {
  if (store.registry.chains === undefined) return [];
  const { model } = (await store.registry.read(name)) ?? {};
  return (model?.versions ?? [])
    .filter(({ modelId: of, version }) => of === modelId && version !== own)
    .map(({ version }) => ({ name, version }));
}

/** MLflow's client writes the number as text. */
function isSame(entry: unknown, { name, version }: { name: string; version: number }): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { name: other, version: number } = entry as { name?: unknown; version?: unknown };
  return other === name && String(number) === String(version);
}

function parsedList(value: string | undefined): readonly unknown[] {
  if (value === undefined) return [];
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
