import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment, PatchState } from '../environment.ts';
import { contentFilters, FILTER_KEYS, filtersOf } from '../git/content-filters.ts';
import { readGitConfig } from '../git/git-config.ts';
import { type Git, gitWithDeadline } from '../git/run-git.ts';
import { type ChangedFile, names, parseChangedFiles } from './changed-files.ts';
import { diffHeader, newFileDiff, splitPatch } from './file-diffs.ts';
import { PatchDraft } from './patch-draft.ts';
import { isSecretPath } from './secret-path.ts';
import { StoreFolders } from './store-folders.ts';

/** Options of `captureUncommittedPatch`. */
export interface PatchOptions {
  /** The environment variables of the caller. Git needs the search path and the home folder. */
  readonly env: NodeJS.ProcessEnv;
  /** Time limit in milliseconds for git. Default: 5000. */
  readonly timeoutMs?: number;
  /** Maximum size of the patch in bytes. Files that do not fit are left out completely. Default: 1 MiB. */
  readonly maxBytes?: number;
}

/** The uncommitted changes of a working tree. */
export interface UncommittedPatch {
  /** A patch for `git apply` on top of the commit; absent when it has no file. */
  readonly content?: Uint8Array;
  readonly state: PatchState;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;
const MAX_CHANGED_FILES = 2_000;
const MAX_UNTRACKED_FILES = 1_000;
/** Windows limits a command line to 32,767 characters. */
const MAX_ARGUMENT_CHARACTERS = 16_000;

// With any configuration of git, the patch has the same form, and no program that the repository names is started.
const DIFF = [
  '-c',
  'core.quotePath=true',
  '-c',
  'diff.relative=false',
  '-c',
  'diff.suppressBlankEmpty=false',
  '--literal-pathspecs',
  'diff',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-renames',
  // To examine a submodule, git would start another git there, under that repository's configuration.
  '--ignore-submodules=dirty',
  '--submodule=short',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--unified=3',
  '--inter-hunk-context=0',
  '--full-index',
];

/**
 * Captures the changes of tracked files against the commit, staged or not, and the untracked text files that are not
 * ignored. Together with the commit they restore the tree that the run started from. Leaves out and lists: binary
 * files, files that look like secrets by their name or contain a key or token of a known form, files with a content
 * filter, submodules, and Tidemark stores. `undefined` when nothing differs, without git or a commit, or when git did
 * not answer. Writes nothing, and runs no program that the configuration names.
 */
export async function captureUncommittedPatch(
  { git: state }: Pick<Environment, 'git'>,
  options: PatchOptions,
): Promise<UncommittedPatch | undefined> {
  if (state?.commit === undefined) return undefined;
  const { root, commit } = state;
  const { env, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const endMs = performance.now() + timeoutMs;
  const git = gitWithDeadline(root, { env, timeoutMs });
  const config = await readGitConfig(git, FILTER_KEYS);
  if (config === undefined) return undefined;
  const filters = contentFilters(config.map(([key]) => key));
  if (filters.disableArguments === undefined) return undefined;
  const draft = new PatchDraft(maxBytes);
  const diff = [...filters.disableArguments, ...DIFF];
  const listed = git(['ls-files', '--others', '--exclude-standard', '-z']);
  const changed = await git([...diff, '--raw', '--numstat', '-z', commit, '--']);
  if (changed.kind === 'done' || changed.kind === 'too-long') {
    const files = parseChangedFiles(changed.stdout);
    if (changed.kind === 'too-long' || files.length > MAX_CHANGED_FILES) draft.cutOff();
    const stores = new StoreFolders(root);
    const kept = files.slice(0, MAX_CHANGED_FILES);
    const tracked = await eligible(git, { files: kept, filterNames: filters.names, stores }, draft);
    await addTracked(git, [...diff, commit, '--'], tracked, draft);
    const untracked = await listed;
    if (untracked.kind === 'done' || untracked.kind === 'too-long') {
      const paths = untracked.stdout.toString('latin1').split('\0').slice(0, -1);
      if (untracked.kind === 'too-long') draft.cutOff();
      await addUntracked(paths, { root, stores, endMs }, draft);
    } else draft.cutOff();
  } else draft.cutOff();
  const recorded = draft.state();
  if (recorded === undefined) return undefined;
  const content = draft.content(commit);
  return { state: recorded, ...(content === undefined ? {} : { content }) };
}

/** The paths of the changed files that may be in the patch. Records the other files as left out. */
async function eligible(
  git: Git,
  options: {
    readonly files: readonly ChangedFile[];
    readonly filterNames: ReadonlySet<string>;
    readonly stores: StoreFolders;
  },
  draft: PatchDraft,
): Promise<string[]> {
  const { files, filterNames, stores } = options;
  const paths: string[] = [];
  for (const { path, shownPath, isSubmodule, isBinary } of files) {
    const store = await stores.storeOf(shownPath);
    if (store !== undefined) draft.leaveOut(store, 'store');
    else if (path === undefined) draft.leaveOut(shownPath, 'unreadable');
    else if (isSecretPath(path)) draft.leaveOut(path, 'secret');
    else if (isSubmodule) draft.leaveOut(path, 'submodule');
    else if (isBinary) draft.leaveOut(path, 'binary');
    else paths.push(path);
  }
  if (filterNames.size === 0 || paths.length === 0) return paths;
  const filters = await filtersOf(
    git,
    paths.map((path) => Buffer.from(path)),
  );
  return paths.filter((path, index) => {
    const isPlain = filters !== undefined && !filterNames.has(filters[index] ?? '');
    if (!isPlain) draft.leaveOut(path, 'content-filter');
    return isPlain;
  });
}

async function addTracked(
  git: Git,
  diff: readonly string[],
  paths: readonly string[],
  draft: PatchDraft,
): Promise<void> {
  for (const batch of batches(paths)) {
    const outcome = await git([...diff, ...batch]);
    if (outcome.kind !== 'done' && outcome.kind !== 'too-long') {
      draft.cutOff();
      return;
    }
    const isWhole = outcome.kind === 'done';
    const parts = splitPatch(outcome.stdout, isWhole);
    for (const path of batch) {
      const part = parts.get(diffHeader(path));
      if (part !== undefined) draft.add(path, part);
      // Otherwise the change was undone in the meantime.
      else if (!isWhole) draft.leaveOut(path, 'too-large');
    }
  }
}

async function addUntracked(
  paths: readonly string[],
  options: { readonly root: string; readonly stores: StoreFolders; readonly endMs: number },
  draft: PatchDraft,
): Promise<void> {
  const { root, stores, endMs } = options;
  let looked = 0;
  for (const { path, shownPath } of paths.map(names)) {
    const store = await stores.storeOf(shownPath);
    if (store !== undefined) draft.leaveOut(store, 'store');
    else if (path === undefined) draft.leaveOut(shownPath, 'unreadable');
    else if (path.endsWith('/')) draft.leaveOut(path, 'submodule');
    else if (isSecretPath(path)) draft.leaveOut(path, 'secret');
    else if (looked === MAX_UNTRACKED_FILES || performance.now() > endMs) {
      draft.cutOff();
      return;
    } else {
      looked += 1;
      await addUntrackedFile(join(root, path), path, draft);
    }
  }
}

async function addUntrackedFile(place: string, path: string, draft: PatchDraft): Promise<void> {
  try {
    // Without following a link, and without waiting for a pipe.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(place, flags);
    try {
      const info = await handle.stat();
      if (!info.isFile()) return draft.leaveOut(path, 'unreadable');
      if (info.size > draft.room) return draft.leaveOut(path, 'too-large');
      const content = await handle.readFile();
      if (content.includes(0)) return draft.leaveOut(path, 'binary');
      draft.add(path, newFileDiff(path, content, (info.mode & 0o100) !== 0));
    } finally {
      await handle.close();
    }
  } catch {
    // A link, a socket, or a file that this user may not read: no reason to fail the run.
    draft.leaveOut(path, 'unreadable');
  }
}

function batches(paths: readonly string[]): string[][] {
  const result: string[][] = [];
  let room = 0;
  for (const path of paths) {
    if (path.length + 1 > room || result.length === 0) {
      result.push([]);
      room = MAX_ARGUMENT_CHARACTERS;
    }
    result.at(-1)?.push(path);
    room -= path.length + 1;
  }
  return result;
}
