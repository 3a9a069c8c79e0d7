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

/**
 * Returns the owner and the folder of a model version's files, found from the end of its source, or `undefined` if
 * the source is neither a logged model nor files of a run.
 */
export function placeOfSource(
  source: string,
):
  | { readonly kind: 'model'; readonly modelId: string }
  | { readonly kind: 'run'; readonly runId: string; readonly path: string }
  | undefined {
  const logged =
    /^models:\/(m-[\w-]+)$/.exec(source) ?? /\/models\/(m-[\w-]+)\/artifacts\/?$/.exec(source);
  if (logged?.[1] !== undefined) return { kind: 'model', modelId: logged[1] };
  const path = plainPath(source);
  const ofRun = /^runs:\/([^/]+)\/(.+)$/.exec(path) ?? /\/([^/]+)\/artifacts\/(.+)$/.exec(path);
  const [, runId, rest] = ofRun ?? [];
  return runId === undefined || rest === undefined ? undefined : { kind: 'run', runId, path: rest };
}

function isRemote(location: string): boolean {
  // One letter and a colon is a Windows drive, not a scheme.
  return /^[a-z][a-z0-9+.-]+:/i.test(location) && !location.startsWith('file:');
}

function plainPath(location: string): string {
  return location.replaceAll('\\', '/').replace(/\/+$/, '');
}
