import { readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TidemarkError } from '@tidemark/core';

const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/**
 * The real folder of the store that an input names, once it is sure that it lies outside the
 * workspace: the author of the pull request decides what is in there, so a store in there proves
 * nothing. The name itself, what it leads to, what the store's own folders lead to, and the identity
 * of the folders on the way are all looked at.
 * @param address a path, relative ones from the workspace, or a `file:` URI
 * @param workspace GITHUB_WORKSPACE
 * @throws INVALID_ARGUMENT when it is not sure, STORE_URI_UNSUPPORTED, STORE_NOT_FOUND
 */
export function locateStore(address: string, workspace: string | undefined): string {
  if (workspace === undefined || workspace === '') {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'GITHUB_WORKSPACE is not set, so that it cannot be known whether the store lies in the hands of the author of the pull request. Run the action in a workflow of GitHub Actions.',
    );
  }
  const named = resolve(workspace, pathOf(address));
  const realWorkspace = realFolder(workspace) ?? resolve(workspace);
  const real = realFolder(named);
  // The name first: a link in the workspace is the author's to point, wherever it leads.
  for (const outer of [resolve(workspace), realWorkspace]) {
    if (isWithin(named, outer)) throw untrusted(address, `it is named as ${named}`);
  }
  if (real === undefined) {
    throw new TidemarkError(
      'STORE_NOT_FOUND',
      `There is no folder ${named}. The input "store" has to name the folder of a Tidemark store, outside the workspace.`,
      { details: { folder: named } },
    );
  }
  if (isWithin(real, realWorkspace) || hasAncestor(real, realWorkspace)) {
    throw untrusted(address, `it leads to ${real}`);
  }
  if (isWithin(realWorkspace, real)) {
    throw untrusted(address, `the workspace lies inside it`);
  }
  for (const name of readdirSync(real)) {
    const part = realFolder(join(real, name));
    if (part !== undefined && isWithin(part, realWorkspace)) {
      throw untrusted(address, `its ${name} leads to ${part}`);
    }
  }
  return real;
}

function pathOf(address: string): string {
  // One letter and a colon is a Windows drive, not a scheme.
  const scheme = SCHEME.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return address;
  try {
    if (scheme === 'file') return fileURLToPath(address);
  } catch (error) {
    throw unsupported(address, 'It is no file: URI of this machine.', error);
  }
  throw unsupported(address, 'This version of the gate reads stores in folders.');
}

function unsupported(address: string, problem: string, cause?: unknown): TidemarkError {
  const shown = address.replace(/\/\/[^/@]*@/, '//…@');
  return new TidemarkError(
    'STORE_URI_UNSUPPORTED',
    `The store ${JSON.stringify(shown)} cannot be opened. ${problem} Give a path or a file: URI.`,
    { cause, details: { address: shown } },
  );
}

function untrusted(address: string, how: string): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The store ${JSON.stringify(address)} is in the workspace (${how}), which is in the hands of the author of the pull request: what it says proves nothing. Bring the store to a folder outside the workspace, such as one below RUNNER_TEMP.`,
    { details: { address } },
  );
}

/** Where a path really leads; `undefined` when there is nothing. */
function realFolder(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** Whether a folder on the way is the same one under another name (a bind mount, or another case). */
function hasAncestor(folder: string, sought: string): boolean {
  const wanted = identity(sought);
  if (wanted === undefined) return false;
  for (let place = folder; ; place = dirname(place)) {
    if (identity(place) === wanted) return true;
    if (dirname(place) === place) return false;
  }
}

function identity(folder: string): string | undefined {
  const info = statSync(folder, { bigint: true, throwIfNoEntry: false });
  // A file system without inodes says 0 for all.
  return info === undefined || info.ino === 0n ? undefined : `${info.dev}:${info.ino}`;
}
