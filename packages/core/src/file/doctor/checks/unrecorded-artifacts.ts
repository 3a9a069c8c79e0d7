import { lstatSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { modelOwner, runOwner } from '../../../model/artifact-owner.ts';
import { artifactFolder, LAYOUT } from '../../layout.ts';
import { errnoOf } from '../../system/system-errors.ts';
import type { Check, Patient } from '../check.ts';

/** An artifact is written before it is recorded. A younger file may still be recorded. */
const RECORDED_WITHIN_MS = 10 * 60 * 1000;

/** Finds files in `artifacts` that no run and no logged model has recorded. */
export const unrecordedArtifacts: Check = {
  name: 'unrecorded-artifacts',
  meaning: 'A file in the folder of artifacts is not recorded with a run or logged model.',
  *find(patient) {
    const known = recordedPlaces(patient);
    const root = join(patient.folder, LAYOUT.artifacts);
    for (const path of filesBelow(root)) {
      const place = `${LAYOUT.artifacts}/${path}`;
      if (path.startsWith('.') || known.has(place)) continue;
      const info = lstatSync(join(root, path), { throwIfNoEntry: false });
      if (info === undefined || patient.nowMs - info.mtimeMs < RECORDED_WITHIN_MS) continue;
      yield {
        severity: 'warning',
        place,
        message:
          'It is not recorded: its process died before it recorded the file, a user put it there, or the logs were not copied with it. Log it as an artifact, or remove it.',
      };
    }
  },
};

function recordedPlaces({ runs, loggedModels }: Patient): Set<string> {
  const places = new Set<string>();
  const owners = [
    ...runs.map((run) => [runOwner(run), run.artifacts] as const),
    ...loggedModels.map((model) => [modelOwner(model), model.artifacts] as const),
  ];
  for (const [owner, files] of owners) {
    for (const { path } of files) places.add(`${artifactFolder(owner)}/${path}`);
  }
  return places;
}

function filesBelow(root: string): string[] {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
