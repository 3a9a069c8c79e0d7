import type { ModelVersion } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { type VersionSource, versionFiles, versionPlace } from './version-files.ts';

/**
 * The run and the logged model that a version's source names: what the version is found by, and what its
 * lineage begins with. Those of this store, where the files are looked up; a server looks them up itself, and
 * MLflow's wants to be told what stands in the source.
 */
export async function namedBySource(
  store: Store,
  version: VersionSource,
): Promise<Pick<ModelVersion, 'runId' | 'modelId'>> {
  if (store.registry.createVersion !== undefined) {
    const place = versionPlace(version);
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
