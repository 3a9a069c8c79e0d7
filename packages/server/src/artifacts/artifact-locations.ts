import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  ARTIFACT_LOCATION_TAG,
  type ArtifactOwner,
  type Experiment,
  type ExperimentId,
  getExperiment,
  type Store,
} from '@tidemark/core';
import { invalidParameter } from '../wire/wire-error.ts';

/** Root of the artifacts that go through this server into the store's own artifacts. */
export const PROXY_ROOT = 'mlflow-artifacts:/';

/** Finds the locations of the artifacts of experiments, runs and logged models, as clients see them. */
export class ArtifactLocations {
  /** The root of new experiments: `mlflow-artifacts:/`, or another URI. */
  readonly root: string;
  readonly #store: Store;
  /** A location is set when the experiment is created and never changes. */
  readonly #known = new Map<ExperimentId, string>();

  constructor(store: Store, root: string) {
    this.#store = store;
    this.root = root;
  }

  /** Returns the artifact location of an experiment. @throws EXPERIMENT_NOT_FOUND */
  async ofExperimentId(experimentId: ExperimentId): Promise<string> {
    const known = this.#known.get(experimentId);
    if (known !== undefined) return known;
    return this.ofExperiment(await getExperiment(this.#store, experimentId));
  }

  /** Returns the location of the artifacts of an experiment, from its tag or else in the proxy. */
  ofExperiment({ experimentId, tags }: Experiment): string {
    const location = tags[ARTIFACT_LOCATION_TAG] ?? below(PROXY_ROOT, experimentId);
    this.#known.set(experimentId, location);
    return location;
  }

  /** Returns `<location of the experiment>/<run>/artifacts` or `…/models/<model>/artifacts`, as in MLflow. */
  async ofOwner(owner: ArtifactOwner): Promise<string> {
    const location = await this.ofExperimentId(owner.experimentId);
    return owner.kind === 'run'
      ? below(location, `${owner.runId}/artifacts`)
      : below(location, `models/${owner.modelId}/artifacts`);
  }
}

/** The part of a server's context that finds artifacts. */
export interface ArtifactScope {
  readonly store: Store;
  readonly locations: ArtifactLocations;
}

/** Joins a URI or path with a relative path below it. */
export function below(location: string, path: string): string {
  return location.endsWith('/') ? `${location}${path}` : `${location}/${path}`;
}

/**
 * Returns an artifact location as a URI: a path becomes absolute, a local folder gets one spelling, and any
 * other URI stays as it is.
 * @throws WireError when the location has a query, a fragment or `..`
 */
export function normalLocation(location: string): string {
  const trimmed = location.length > 1 ? location.replace(/\/+$/, '') : location;
  if (/[?#]/.test(trimmed) || decoded(trimmed).split(/[\\/]/).includes('..')) {
    throw invalidParameter(
      `Invalid artifact location ${JSON.stringify(location)}. Give a URI or a path without "..", query or fragment.`,
    );
  }
  if (trimmed === PROXY_ROOT.slice(0, -1)) return PROXY_ROOT;
  const folder = hasScheme(trimmed) ? localFolder(trimmed) : trimmed;
  return folder === undefined ? trimmed : pathToFileURL(resolve(folder)).href;
}

/** Matches `…/artifacts/…`, files of runs and logged models, and `…/models`, the folders of logged models. */
const PLACE_OF_OTHERS = /(?:^|\/)(?:artifacts(?:\/|$)|models$)/;

/**
 * Returns the artifact location of a new experiment, as `normalLocation` does. The location must be outside
 * the artifacts of any run or logged model: files there belong to another experiment, and the roles of the
 * new experiment would give access to them. Only the shape of the location counts, so that the answer does
 * not reveal which runs exist.
 * @param root the artifact root of the server, from `normalLocation`
 * @throws WireError like `normalLocation`, and for a location below this server's root that has a folder
 * `artifacts` or ends with `models`
 */
export function experimentLocation(location: string, root: string): string {
  const place = normalLocation(location);
  const served = [root, PROXY_ROOT].find((each) => place.startsWith(below(each, '')));
  if (served !== undefined && PLACE_OF_OTHERS.test(decoded(place.slice(served.length)))) {
    throw invalidParameter(
      `Invalid artifact location ${JSON.stringify(location)}. It has a folder "artifacts" in it or ends with "models", as the artifacts of runs and logged models do. Give a location outside those.`,
    );
  }
  return place;
}

/** Returns the local folder that a location names, or `undefined` for any other location. */
export function localFolder(location: string): string | undefined {
  if (!hasScheme(location)) return isAbsolute(location) ? location : undefined;
  if (!/^file:/i.test(location)) return undefined;
  try {
    return fileURLToPath(location);
  } catch {
    // A file URI can name another host.
    return undefined;
  }
}

/** Returns whether a location is served through this server. */
export function isProxied(location: string): boolean {
  return location.startsWith(PROXY_ROOT);
}

function hasScheme(location: string): boolean {
  // One letter and a colon is a Windows drive.
  return /^[a-z][a-z0-9+.-]+:/i.test(location);
}

function decoded(location: string): string {
  try {
    return decodeURIComponent(location);
  } catch {
    return location;
  }
}
