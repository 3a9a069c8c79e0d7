import type { ModelVersion } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { versionFiles } from './version-files.ts';
import { addressedPlace, type VersionSource } from './version-place.ts';

/**
 * Returns the run and the logged model that a version's source names. Searches find the version by them, and its
 * lineage begins with them. If the store is a server, the ids are only parsed from the source, because the server
 * looks up the files itself, and MLflow's server expects the ids of the source.
 */
export async function namedBySource(
  store: Store,
  version: VersionSource,
): Promise<Pick<ModelVersion, 'runId' | 'modelId'>> {
  if (store.registry.createVersion !== undefined) {
    const place = addressedPlace(version);
    if (place === undefined) return {};
    return place.kind === 'run' ? { runId: place.runId } : { modelId: place.modelId };
  }
  const { loggedModel, run } = (await versionFiles(store, version)) ?? {};
  const runId = loggedModel?.sourceRunId ?? run?.runId;
  return {
    ...(runId === undefined ? {} : { runId }),
    ...(loggedModel === undefined ? {} : { modelId: loggedModel.modelId }),
  };
}
