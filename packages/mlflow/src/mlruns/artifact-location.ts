/** Where artifacts are that were not brought in: a tag of a run or a logged model. */
export const REMOTE_ARTIFACTS_TAG = 'tidemark.import.artifactUri';

/**
 * Whether an artifact location is the folder `<names…>/artifacts` beside the meta.yaml that says so:
 * absolute on the machine that wrote it, so that only its end can be compared. An empty location is.
 */
export function isFolderBeside(location: string, names: readonly string[]): boolean {
  if (location === '') return true;
  if (isRemote(location)) return false;
  return plainPath(location).endsWith(`/${names.join('/')}/artifacts`);
}

/** What the files of a model version are, told from the end of its source; `undefined` for neither. */
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
