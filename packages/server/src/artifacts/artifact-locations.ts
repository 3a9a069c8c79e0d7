import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type ArtifactOwner,
  type Experiment,
  type ExperimentId,
  getExperiment,
  type Store,
} from '@tidemark/core';
import { invalidParameter } from '../wire/wire-error.ts';

/** The root under which artifacts go through this server, into the store's own artifacts. */
export const PROXY_ROOT = 'mlflow-artifacts:/';

/**
 * The experiment tag that keeps a place of artifacts other than the server's own. It is not shown to
 * clients, who find the place in `artifact_location`.
 */
export const ARTIFACT_LOCATION_TAG = 'tidemark.artifactLocation';

/** Where clients find the artifacts of experiments, runs and logged models. */
export class ArtifactLocations {
  /** The root of new experiments: `mlflow-artifacts:/` or a URI elsewhere. */
  readonly root: string;
  readonly #store: Store;
  /** A location is said when an experiment is made and never changes. */
  readonly #known = new Map<ExperimentId, string>();

  constructor(store: Store, root: string) {
    this.#store = store;
    this.root = root;
  }

  /** @throws EXPERIMENT_NOT_FOUND */
  async ofExperimentId(experimentId: ExperimentId): Promise<string> {
    const known = this.#known.get(experimentId);
    if (known !== undefined) return known;
    return this.ofExperiment(await getExperiment(this.#store, experimentId));
  }

  ofExperiment({ experimentId, tags }: Experiment): string {
    const location = tags[ARTIFACT_LOCATION_TAG] ?? below(PROXY_ROOT, experimentId);
    this.#known.set(experimentId, location);
    return location;
  }

  /** `<location of the experiment>/<run>/artifacts` or `…/models/<model>/artifacts`, as MLflow has them. */
  async ofOwner(owner: ArtifactOwner): Promise<string> {
    const location = await this.ofExperimentId(owner.experimentId);
    return owner.kind === 'run'
      ? below(location, `${owner.runId}/artifacts`)
      : below(location, `models/${owner.modelId}/artifacts`);
  }
}

/** Where artifacts are looked for: what the routes of a server share has it. */
export interface ArtifactScope {
  readonly store: Store;
  readonly locations: ArtifactLocations;
}

/** A URI or path with a relative path below it. */
export function below(location: string, path: string): string {
  return location.endsWith('/') ? `${location}${path}` : `${location}/${path}`;
}

/**
 * The place of artifacts as a URI: a path becomes absolute, a folder of this machine has one spelling, any other
 * URI stays as it is.
 * @throws WireError when it has a query, a fragment or `..` in it
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

/** `…/artifacts/…` are files of runs and logged models; `…/models` has the folders of an experiment's logged models. */
const PLACE_OF_OTHERS = /(?:^|\/)(?:artifacts(?:\/|$)|models$)/;

/**
 * The place of a new experiment's artifacts, as `normalLocation` gives it, outside the artifacts of any run or
 * logged model: the files there belong to another experiment, and would be read under the roles of the new
 * one. Only the shape of the place counts, so that the answer does not tell which runs there are.
 * @param root a place as `normalLocation` gives it
 * @throws WireError as `normalLocation`, and for a place below this server's root with a folder `artifacts`, or
 * that is a folder `models`
 */
export function experimentLocation(location: string, root: string): string {
  const place = normalLocation(location);
  const served = [root, PROXY_ROOT].find((each) => place.startsWith(below(each, '')));
  if (served !== undefined && PLACE_OF_OTHERS.test(decoded(place.slice(served.length)))) {
    throw invalidParameter(
      `Invalid artifact location ${JSON.stringify(location)}. It has a folder "artifacts" in it or ends with "models", as the artifacts of runs and logged models do: give a place outside those.`,
    );
  }
  return place;
}

/** The folder of this machine that a location names; `undefined` for any other kind of place. */
export function localFolder(location: string): string | undefined {
  if (!hasScheme(location)) return isAbsolute(location) ? location : undefined;
  if (!/^file:/i.test(location)) return undefined;
  try {
    return fileURLToPath(location);
  } catch {
    // A file of another host, say.
    return undefined;
  }
}

/** Whether a location is served through this server. */
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
