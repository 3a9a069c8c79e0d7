import { readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TidemarkError } from '@tidemark/core';
import { type ResolvedPath, resolvePath } from './resolve-path.ts';

const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/**
 * The real folder of the store in an input, if it is certainly outside the workspace. The author of the pull request
 * controls the workspace, so a store in there proves nothing. This applies to the folder, to every link on the way to
 * it, and to the targets of the store's own parts.
 * @param address a path, relative ones from the workspace, or a `file:` URI
 * @param workspace GITHUB_WORKSPACE
 * @throws STORE_UNTRUSTED when it is not sure, STORE_URI_UNSUPPORTED, STORE_NOT_FOUND
 */
export function locateStore(address: string, workspace: string | undefined): string {
  const outer = realWorkspace(workspace);
  const path = pathOf(address);
  const store = resolvePath(path, outer);
  if (store === undefined) {
    throw new TidemarkError(
      'STORE_NOT_FOUND',
      `There is no folder ${path}. Set the input "store" to the folder of a Tidemark store outside the workspace.`,
      { details: { folder: path } },
    );
  }
  const inside = wayThrough(store, outer);
  if (inside !== undefined) throw untrusted(address, `its path leads through ${inside}`);
  if (hasAncestor(store.real, outer)) throw untrusted(address, `it is ${store.real}`);
  if (isWithin(outer, store.real)) throw untrusted(address, 'the workspace is inside it');
  for (const name of partsOf(store.real)) {
    const part = resolvePath(join(store.real, name), outer);
    const leads = part === undefined ? undefined : wayThrough(part, outer);
    if (leads !== undefined) throw untrusted(address, `its ${name} leads through ${leads}`);
  }
  return store.real;
}

/**
 * The place inside the workspace in which a path ends or through which it leads. It may lead through the root, as in
 * `../store`.
 */
function wayThrough({ real, passed }: ResolvedPath, workspace: string): string | undefined {
  return real === workspace
    ? real
    : passed.find((place) => place !== workspace && isWithin(place, workspace));
}

function realWorkspace(workspace: string | undefined): string {
  const real =
    workspace === undefined || !isAbsolute(workspace)
      ? undefined
      : resolvePath(workspace, workspace);
  if (real !== undefined) return real.real;
  throw new TidemarkError(
    'STORE_UNTRUSTED',
    `GITHUB_WORKSPACE is ${workspace === undefined ? 'not set' : JSON.stringify(workspace)}, which is not a folder, so the gate cannot know whether the author of the pull request controls the store. Run the action in a workflow of GitHub Actions.`,
  );
}

function pathOf(address: string): string {
  // One letter and a colon is a Windows drive, not a scheme.
  const scheme = SCHEME.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return address;
  try {
    if (scheme === 'file') return fileURLToPath(address);
  } catch (error) {
    throw unsupported(address, 'It is not a file: URI of this machine.', error);
  }
  throw unsupported(address, 'This version of the gate reads stores in folders.');
}

function partsOf(folder: string): string[] {
  if (!statSync(folder).isDirectory()) {
    throw new TidemarkError('STORE_NOT_FOUND', `${folder} is a file. Give the folder of a store.`);
  }
  return readdirSync(folder);
}

function unsupported(address: string, problem: string, cause?: unknown): TidemarkError {
  const withoutPassword = address.replace(/\/\/[^/@]*@/, '//…@');
  return new TidemarkError(
    'STORE_URI_UNSUPPORTED',
    `The store ${JSON.stringify(withoutPassword)} cannot be opened. ${problem} Give a path or a file: URI.`,
    { cause, details: { address: withoutPassword } },
  );
}

function untrusted(address: string, how: string): TidemarkError {
  return new TidemarkError(
    'STORE_UNTRUSTED',
    `The store ${JSON.stringify(address)} is in the workspace (${how}), which the author of the pull request controls, so it proves nothing. Put the store into a folder outside the workspace, such as one below RUNNER_TEMP.`,
    { details: { address } },
  );
}

function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** Whether a folder on the way is the workspace under another name: a bind mount, or another case. */
function hasAncestor(folder: string, sought: string): boolean {
  const wanted = identity(sought);
  if (wanted === undefined) return false;
  for (let place = folder; ; place = dirname(place)) {
    if (identity(place) === wanted) return true;
    if (dirname(place) === place) return false;
  }
}

function identity(folder: string): string | undefined {
  const { dev, ino } = statSync(folder, { bigint: true });
  // A file system without inodes says 0 for all.
  return ino === 0n ? undefined : `${dev}:${ino}`;
}
