import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PurgedThings } from '../../fold/purged-things.ts';
import type { ArtifactOwner } from '../../model/artifact.ts';
import { isArtifactPath } from '../../model/artifact-path.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../../model/ids.ts';
import { artifactFolder, LAYOUT } from '../layout.ts';
import { lstatWithoutSymlinks } from '../system/assert-no-symlinks.ts';
import { errnoOf } from '../system/system-errors.ts';
import type { Removal } from './garbage-plan.ts';

/** Returns the artifact folders and files of purged things that still exist. */
export function artifactGarbage(folder: string, things: PurgedThings): Removal[] {
  const found: Removal[] = [];
  const take = (path: string): void => {
    const { files, bytes } = sizeBelow(join(folder, path));
    if (files > 0) found.push({ path, files, bytes, why: 'purged' });
  };
  for (const experiment of foldersIn(folder, LAYOUT.artifacts)) {
    const place = `${LAYOUT.artifacts}/${experiment}`;
    for (const run of foldersIn(folder, place)) {
      if (run !== 'models') {
        if (isOwnerGone(things, run, experiment)) take(`${place}/${run}`);
        continue;
      }
      for (const model of foldersIn(folder, `${place}/models`)) {
        if (isOwnerGone(things, model, experiment)) take(`${place}/models/${model}`);
      }
    }
  }
  for (const { id, path } of things.goneArtifacts()) {
    const experimentId = things.experimentOf(id);
    // A folder that is removed as a whole is in the list already.
    if (experimentId === undefined || things.isGone(id) || !isArtifactPath(path)) continue;
    const owner = ownerOf(id, experimentId);
    const place = `${artifactFolder(owner)}/${path}`;
    // The path of a folder was purged with its files; whatever was put below it since stays. Files behind a link do
    // not belong to the store.
    const info = lstatWithoutSymlinks(join(folder, LAYOUT.artifacts), join(folder, place));
    if (info?.isFile() === true) take(place);
  }
  return found;
}

/** Whether a file below `artifacts` was purged, by itself or with its owner. */
export function isPurgedArtifact(things: PurgedThings, path: string): boolean {
  const [experiment = '', ...below] = path.split('/');
  const [id = '', ...rest] = below[0] === 'models' ? below.slice(1) : below;
  if (isOwnerGone(things, id, experiment)) return true;
  return things.isPartGone(id as RunId | LoggedModelId, 'artifact', rest.join('/'));
}

/** Whether the owner was purged, or is unknown (gc may have removed its creation) and its experiment was purged. */
function isOwnerGone(things: PurgedThings, id: string, experiment: string): boolean {
  const owner = id as RunId | LoggedModelId;
  if (things.isGone(owner)) return true;
  const isUnknown = things.experimentOf(owner) === undefined;
  return isUnknown && things.isExperimentGone(experiment as ExperimentId);
}

function ownerOf(id: RunId | LoggedModelId, experimentId: ExperimentId): ArtifactOwner {
  return id.startsWith('m-')
    ? { kind: 'model', experimentId, modelId: id as LoggedModelId }
    : { kind: 'run', experimentId, runId: id as RunId };
}

/** The folders in one, not through links; dot files are the store's own. */
function foldersIn(store: string, place: string): string[] {
  try {
    return readdirSync(join(store, place), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** Returns the number and the bytes of the files at a place: one file, or all files below a folder. */
function sizeBelow(place: string): { files: number; bytes: number } {
  const info = lstatSync(place, { throwIfNoEntry: false });
  if (info === undefined) return { files: 0, bytes: 0 };
  if (!info.isDirectory()) return { files: 1, bytes: info.size };
  let files = 0;
  let bytes = 0;
  for (const entry of readdirSync(place, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    const file = lstatSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    if (file === undefined) continue;
    files += 1;
    bytes += file.size;
  }
  return { files, bytes };
}
