import type { LoggedModelId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { RegistryStore } from '../port/registry-store.ts';
import type { Store } from '../port/store.ts';
import type { AnnouncedVersion } from '../port/version-announcements.ts';

/** The tag of a logged model that lists the versions registered from it (MLflow: MLFLOW_MODEL_VERSIONS). */
const MODEL_VERSIONS_TAG = 'mlflow.modelVersions';

/**
 * More attempts than processes that register one logged model at the same time need. Each of them can write a list
 * without a version once after that version was announced, because its next list has all announced versions.
 */
const ATTEMPTS = 100;

/**
 * Adds a version to the tag `mlflow.modelVersions` of its logged model, as MLflow's server does: a JSON list of `{
 * name, version }`. Does nothing if the logged model is soft-deleted, or the tag has the version already. Replaces a
 * value that is not a list. If the registry is in files, the tag then has every version that was announced for the
 * logged model, also by other processes and of other registered models, and every version of this registered model
 * that was registered from the logged model.
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
  if (loggedModel.lifecycleStage !== 'active') return;
  // A process that lists the versions from now on finds this one, and this call lists all that were announced before. The
  // version is in its chain already, so who finds it here finds it there.
  await store.registry.announcements?.add(modelId, version);
  let [current] = await store.loggedModels({ modelIds: [modelId] });
  for (let attempt = 1; attempt <= ATTEMPTS && current?.lifecycleStage === 'active'; attempt += 1) {
    const known = parsedList(current.tags[MODEL_VERSIONS_TAG]);
    const others = await otherVersions(store, modelId, version, known);
    const missing = [version, ...others].filter(
      (each) => !known.some((entry) => isSame(entry, each)),
    );
    if (missing.length === 0) return;
    const value = JSON.stringify([...known, ...missing.sort(byNameAndNumber)]);
    const tags = { [MODEL_VERSIONS_TAG]: value };
    await store.append([{ kind: 'model-tags', model: modelId, timeMs: Date.now(), tags }]);
    // Other processes also write the whole list, and the last one wins: read the list again.
    [current] = await store.loggedModels({ modelIds: [modelId] });
  }
}

/**
 * Returns the other versions that the tag of a logged model must list: those of the registered model, and those that
 * were announced. Returns none if a server keeps the tag.
 */
async function otherVersions(
  store: Store,
  modelId: LoggedModelId,
  { name, version: own }: AnnouncedVersion,
  known: readonly unknown[],
): Promise<AnnouncedVersion[]> {
  const { registry } = store;
  if (registry.chains === undefined) return [];
  const { model } = (await registry.read(name)) ?? {};
  const ofModel = (model?.versions ?? [])
    .filter(({ modelId: of, version }) => of === modelId && version !== own)
    .map(({ version }) => ({ name, version }));
  const listed = [...known.flatMap(namedVersion), ...ofModel, { name, version: own }];
  const announced = (await registry.announcements?.besides(modelId, listed)) ?? [];
  return [...ofModel, ...(await registeredFrom(registry, modelId, announced))];
}

/** Returns the announced versions that the registry has. Files of another checkout can announce others. */
async function registeredFrom(
  registry: RegistryStore,
  modelId: LoggedModelId,
  announced: readonly AnnouncedVersion[],
): Promise<AnnouncedVersion[]> {
  const found: AnnouncedVersion[] = [];
  for (const { name, version: number } of announced) {
    const { model } = (await registry.read(name)) ?? {};
    const version = model?.versions.find((each) => each.version === number);
    if (version?.modelId === modelId) found.push({ name, version: number });
  }
  return found;
}

function byNameAndNumber(a: AnnouncedVersion, b: AnnouncedVersion): number {
  return a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1;
}

function isSame(entry: unknown, { name, version }: AnnouncedVersion): boolean {
  return namedVersion(entry).some((one) => one.name === name && one.version === version);
}

/** Returns the version that an entry of the list names; none if it names none. */
function namedVersion(entry: unknown): AnnouncedVersion[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { name, version } = entry as { name?: unknown; version?: unknown };
  // MLflow's client writes the number as text.
  return typeof name === 'string' ? [{ name, version: Number(version) }] : [];
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
