import type { ArtifactOwner } from '../model/artifact.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { ModelVersion } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { pathBelowLocation } from './path-below-location.ts';

/**
 * The tag of an experiment whose artifacts are at another location than the server's own. A server sets it, and shows
 * it as `artifact_location`.
 */
export const ARTIFACT_LOCATION_TAG = 'tidemark.artifactLocation';

/** The properties of a version that name the place of its files. */
export type VersionSource = Pick<ModelVersion, 'source' | 'storageLocation' | 'modelId' | 'runId'>;

/** The place of a version's files, according to its source and its ids. */
export type VersionPlace =
  | { readonly kind: 'model'; readonly modelId: LoggedModelId }
  /** Below a path of a run's artifacts; `''` for all of them. */
  | { readonly kind: 'run'; readonly runId: RunId; readonly path: string };

/**
 * Returns the place that a version's source names by an id: `models:/m-…` or `runs:/<run>/<path>`. Returns `undefined`
 * for every other source.
 */
export function addressedPlace({
  source,
  storageLocation,
}: Pick<VersionSource, 'source' | 'storageLocation'>): VersionPlace | undefined {
  const where = storageLocation ?? source;
  const modelId = /^models:\/+(m-[\w-]+)\/*$/.exec(where)?.[1] as LoggedModelId | undefined;
  if (modelId !== undefined) return { kind: 'model', modelId };
  const [, runId, path = ''] = /^runs:\/+([\w-]+)(?:\/+(.*))?$/.exec(where) ?? [];
  if (runId === undefined) return undefined;
  return { kind: 'run', runId: runId as RunId, path: path.replace(/^\/+|\/+$/g, '') };
}

/**
 * Returns the place of a version's files in a store, from its source. Two kinds of sources count:
 *
 * - `models:/m-…` and `runs:/<run>/<path>`, also of ids that the store does not have
 * - an address at or below the artifact folder of the version's own run or logged model, as the store gives it out:
 *   the location recorded for the experiment, otherwise `mlflow-artifacts:/<experiment>/…`; the folder of a store on
 *   this machine; the `artifact_uri` that a server says. Whole path segments are compared.
 *
 * Every other address leads to another place, even if it has an id of this store in it. Downloads follow the source, so
 * the other ids of the version do not count. An import or a copy changes addresses of the store that it reads into
 * `models:/m-…` and `runs:/<run>/<path>`.
 */
export async function versionPlace(
  store: Store,
  version: VersionSource,
): Promise<VersionPlace | undefined> {
  assertArguments({ store, version }, 'versionPlace', { store: 'store', version: 'object' });
  const addressed = addressedPlace(version);
  if (addressed !== undefined) return addressed;
  const { modelId, runId, storageLocation: where = version.source } = version;
  const models = modelId === undefined ? [] : await store.loggedModels({ modelIds: [modelId] });
  for (const { experimentId, modelId: id } of models) {
    const owner: ArtifactOwner = { kind: 'model', experimentId, modelId: id };
    const paths = await pathsBelow(store, owner, where);
    if (paths.includes('')) return { kind: 'model', modelId: id };
  }
  const runs = runId === undefined ? [] : await store.runs({ runIds: [runId] });
  for (const { experimentId, runId: id } of runs) {
    const [path] = await pathsBelow(store, { kind: 'run', experimentId, runId: id }, where);
    if (path !== undefined) return { kind: 'run', runId: id, path };
  }
  return undefined;
}

async function pathsBelow(store: Store, owner: ArtifactOwner, where: string): Promise<string[]> {
  const own = await store.artifacts.location?.(owner);
  // A server says where its artifacts are. The locations of other stores follow from their experiments.
  const locations = [
    ...(own === undefined ? [] : [own]),
    ...(store.registry.createVersion === undefined ? [await servedLocation(store, owner)] : []),
  ];
  return locations.flatMap((location) => pathBelowLocation(location, where) ?? []);
}

/** Returns `<location of the experiment>/<run>/artifacts` or `…/models/<model>/artifacts`, as in MLflow. */
async function servedLocation(store: Store, owner: ArtifactOwner): Promise<string> {
  const location = await experimentLocation(store, owner.experimentId);
  const folder = owner.kind === 'run' ? owner.runId : `models/${owner.modelId}`;
  return `${location.replace(/\/+$/, '')}/${folder}/artifacts`;
}

async function experimentLocation(store: Store, id: ExperimentId): Promise<string> {
  const experiment = (await store.experiments()).find(({ experimentId }) => experimentId === id);
  return experiment?.tags[ARTIFACT_LOCATION_TAG] ?? `mlflow-artifacts:/${id}`;
}
