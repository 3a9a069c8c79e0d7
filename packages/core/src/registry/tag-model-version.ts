import type { LoggedModelId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';

/** The tag of a logged model with the versions that were made of it (MLflow: MLFLOW_MODEL_VERSIONS). */
const MODEL_VERSIONS_TAG = 'mlflow.modelVersions';

/** More than processes that register at once need: each round names all versions that there are by then. */
const ATTEMPTS = 10;

/**
 * Names a version in the tag `mlflow.modelVersions` of the logged model that it was made of, as MLflow's
 * server does: a JSON list of `{ name, version }`. A model that is deleted, and a version that the tag names
 * already, change nothing; a value that is no list is replaced. Where the registry is in files, the tag then names
 * every version of the registered model that was made of the logged model, also those of other processes.
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
    // Another process writes the whole list too, and the last one counts: look at what it is now.
    [current] = await store.loggedModels({ modelIds: [modelId] });
  }
}

/** The other versions of a registered model that were made of a logged model; none where a server keeps the tag. */
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
