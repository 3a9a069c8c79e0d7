import { pathBelowLocation } from '@tidemark/core';

/** The tag of a run or logged model with the address of artifacts that were not imported. */
export const REMOTE_ARTIFACTS_TAG = 'tidemark.import.artifactUri';

/**
 * Returns whether an artifact location is the folder `<names…>/artifacts` next to its meta.yaml. The location is
 * absolute on the machine that wrote it, so only its end is compared. An empty location counts as that folder.
 */
export function isFolderNextTo(location: string, names: readonly string[]): boolean {
  if (location === '') return true;
  if (isRemote(location)) return false;
  return plainPath(location).endsWith(`/${names.join('/')}/artifacts`);
}

/** Where the artifacts of each run and logged model of a file store are, as MLflow recorded it; empty if it did not. */
export interface RecordedLocations {
  readonly runs: ReadonlyMap<string, string>;
  readonly models: ReadonlyMap<string, string>;
}

/** The owner and the folder of a model version's files. */
export type PlaceOfSource =
  | { readonly kind: 'model'; readonly modelId: string }
  | { readonly kind: 'run'; readonly runId: string; readonly path: string };

/**
 * Returns the owner and the folder of a model version's files, or `undefined` if the source is neither a logged model
 * nor files of a run of the file store. An address counts if it is below the location that the meta.yaml of the run or
 * the logged model records. Where that records none, a path on a disk counts by its end. Every other address leads to
 * another place, even if it has the id in it.
 */
export function placeOfSource(
  source: string,
  { runs, models }: RecordedLocations,
): PlaceOfSource | undefined {
  const named = /^models:\/(m-[\w-]+)$/.exec(source)?.[1];
  if (named !== undefined) return { kind: 'model', modelId: named };
  const path = plainPath(source);
  const [, ofRun, inRun] = /^runs:\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (ofRun !== undefined && inRun !== undefined) {
    return runs.has(ofRun) ? { kind: 'run', runId: ofRun, path: inRun } : undefined;
  }
  const segments = path.split('/');
  for (const [at, id] of segments.entries()) {
    const rest = pathBelow(source, path, segments.slice(0, at + 1), runs.get(id) ?? models.get(id));
    if (rest === undefined) continue;
    if (models.has(id)) {
      if (rest === '') return { kind: 'model', modelId: id };
    } else if (rest !== '') return { kind: 'run', runId: id, path: rest };
  }
  return undefined;
}

/** Returns the path of a source below a recorded location; `undefined` if it is elsewhere, or there is no such owner. */
function pathBelow(
  source: string,
  path: string,
  upToId: readonly string[],
  location: string | undefined,
): string | undefined {
  if (location === undefined) return undefined;
  if (location !== '') return pathBelowLocation(location, source);
  return isRemote(source) ? undefined : pathBelowLocation(`${upToId.join('/')}/artifacts`, path);
}

function isRemote(location: string): boolean {
  // One letter and a colon is a Windows drive, not a scheme.
  return /^[a-z][a-z0-9+.-]+:/i.test(location) && !location.startsWith('file:');
}

function plainPath(location: string): string {
  return location.replaceAll('\\', '/').replace(/\/+$/, '');
}
