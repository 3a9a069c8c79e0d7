import { createHash, randomBytes } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TidemarkError } from '../../errors.ts';
import type { ArtifactFile } from '../../model/artifact.ts';
import type { LoggedModelId, RunId } from '../../model/ids.ts';
import type { Store } from '../../port/store.ts';
import { assertArtifactWay, clearWay } from '../artifacts/artifact-way.ts';
import { LAYOUT } from '../layout.ts';
import { syncFolder } from '../system/put-if-absent.ts';
import { errnoOf, readFailed, writeFailed } from '../system/system-errors.ts';
import { hasSameBytes } from './same-bytes.ts';

/** A file that both stores have, with different content. */
export interface ArtifactConflict {
  /** Below the store's `artifacts` folder. */
  readonly path: string;
  readonly oursSha256: string;
  readonly theirsSha256: string;
}

/** A conflict and its resolution. */
export interface SettledArtifact extends ArtifactConflict {
  /**
   * `theirs` if the merged record of the run or model has their content as the latest and not ours; otherwise `ours`.
   */
  readonly kept: 'ours' | 'theirs';
}

/** The steps to merge the artifacts of another store. */
export interface ArtifactPlan {
  readonly copies: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly conflicts: readonly ArtifactConflict[];
  readonly unchanged: number;
}

/**
 * Compares the artifacts of two stores. Leaves out files that were purged in either. @throws READ_FAILED;
 * MERGE_DIVERGED if one has a folder and one a file at the same path; ARTIFACT_PATH_UNSAFE if a path goes through a
 * link
 */
export async function planArtifacts(
  into: string,
  from: string,
  isPurged: (path: string) => boolean,
): Promise<ArtifactPlan> {
  const copies: { path: string; sizeBytes: number }[] = [];
  const conflicts: ArtifactConflict[] = [];
  let unchanged = 0;
  for await (const { path, sizeBytes } of filesIn(join(from, LAYOUT.artifacts), '')) {
    if (isPurged(path)) continue;
    const theirs = join(from, LAYOUT.artifacts, path);
    const ours = join(into, LAYOUT.artifacts, path);
    // Links are refused during planning, before anything is written, because they could lead anywhere.
    assertArtifactWay(into, dirname(ours), path);
    const size = await sizeOf(ours, path);
    if (size === undefined) {
      copies.push({ path, sizeBytes });
    } else if (size === sizeBytes && (await hasSameBytes(ours, theirs, sizeBytes))) {
      unchanged += 1;
    } else {
      const [oursSha256, theirsSha256] = [await sha256Of(ours), await sha256Of(theirs)];
      conflicts.push({ path, oursSha256, theirsSha256 });
    }
  }
  return { copies, conflicts, unchanged };
}

/** Copies the missing files, each whole or not at all. @throws WRITE_FAILED */
export async function mergeArtifacts(
  into: string,
  from: string,
  plan: ArtifactPlan,
): Promise<void> {
  for (const { path } of plan.copies) await copyArtifact(into, from, path);
}

/**
 * Decides which content to keep of each file that both stores have, by the merged record of its run or model. @throws
 * WRITE_FAILED
 */
export async function settleArtifacts(
  store: Store,
  folders: { readonly into: string; readonly from: string },
  conflicts: readonly ArtifactConflict[],
): Promise<SettledArtifact[]> {
  const settled: SettledArtifact[] = [];
  for (const conflict of conflicts) {
    const recorded = (await recordOf(store, conflict.path))?.sha256;
    const isTheirs = recorded === conflict.theirsSha256 && recorded !== conflict.oursSha256;
    if (isTheirs) await copyArtifact(folders.into, folders.from, conflict.path);
    settled.push({ ...conflict, kept: isTheirs ? 'theirs' : 'ours' });
  }
  return settled;
}

async function copyArtifact(into: string, from: string, path: string): Promise<void> {
  const target = join(into, LAYOUT.artifacts, path);
  const name = `${randomBytes(8).toString('hex')}.partial`;
  const partial = join(into, LAYOUT.partialArtifacts, name);
  try {
    clearWay(into, target, partial, path);
    const source = join(from, LAYOUT.artifacts, path);
    await copyFile(source, partial, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const handle = await open(partial, 'r');
    await handle.sync();
    await handle.close();
    await mkdir(dirname(target), { recursive: true });
    await rename(partial, target);
    syncFolder(dirname(target));
  } catch (error) {
    await rm(partial, { force: true });
    if (errnoOf(error) === undefined) throw error;
    throw writeFailed(`The artifact ${path}`, error);
  }
}

/** Yields the regular files below a folder. It does not follow links, because they could lead anywhere. */
async function* filesIn(
  root: string,
  below: string,
): AsyncGenerator<{ path: string; sizeBytes: number }> {
  for (const entry of await entriesOf(join(root, below))) {
    // Files that are being written.
    if (below === '' && entry.name.startsWith('.')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* filesIn(root, path);
    else if (entry.isFile()) yield { path, sizeBytes: (await lstat(join(root, path))).size };
  }
}

async function entriesOf(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw readFailed(folder, error);
  }
}

/** Returns the size of a file; `undefined` if it does not exist. */
async function sizeOf(place: string, path: string): Promise<number | undefined> {
  try {
    const info = await lstat(place);
    if (info.isFile()) return info.size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (errnoOf(error) !== 'ENOTDIR') throw readFailed(place, error);
  }
  throw new TidemarkError(
    'MERGE_DIVERGED',
    `The artifact ${JSON.stringify(path)} is a file in one store and something else in the other. Move one of them away.`,
    { details: { path } },
  );
}

async function recordOf(store: Store, path: string): Promise<ArtifactFile | undefined> {
  const [, second = '', ...rest] = path.split('/');
  if (second === 'models') {
    const [modelId, ...below] = rest;
    const [model] = await store.loggedModels({ modelIds: [modelId as LoggedModelId] });
    return model?.artifacts.find((file) => file.path === below.join('/'));
  }
  const [run] = await store.runs({ runIds: [second as RunId] });
  return run?.artifacts.find((file) => file.path === rest.join('/'));
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
