import { lstatSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PurgedThings } from '../../fold/purged-things.ts';
import type { LoggedModelId } from '../../model/ids.ts';
import { LAYOUT } from '../layout.ts';
import { namesIn } from '../system/names-in.ts';
import { errnoOf } from '../system/system-errors.ts';
import type { Removal } from './garbage-plan.ts';

/** Only processes that register one logged model at the same moment need them. */
const IDLE_AFTER_MS = 24 * 60 * 60 * 1000;

/** Returns the announcements of versions that are a day old, and those of logged models that were purged. */
export function idleAnnouncements(folder: string, things: PurgedThings, nowMs: number): Removal[] {
  return namesIn(join(folder, LAYOUT.announcements)).flatMap((modelId) => {
    const place = `${LAYOUT.announcements}/${modelId}`;
    const isGone = things.isGone(modelId as LoggedModelId);
    return namesIn(join(folder, place)).flatMap((name): Removal[] => {
      const path = `${place}/${name}`;
      const info = lstatSync(join(folder, path), { throwIfNoEntry: false });
      if (info === undefined || info.isDirectory()) return [];
      if (!isGone && nowMs - info.mtimeMs < IDLE_AFTER_MS) return [];
      return [{ path, files: 1, bytes: info.size, why: isGone ? 'purged' : 'idle' }];
    });
  });
}

/** Removes the folders of logged models that have no announcement any more. */
export function removeEmptyAnnouncements(folder: string): void {
  for (const modelId of namesIn(join(folder, LAYOUT.announcements))) {
    try {
      rmdirSync(join(folder, LAYOUT.announcements, modelId));
    } catch (error) {
      // It has announcements, another clean-up was first, or it may not be removed: none of that matters.
      if (errnoOf(error) === undefined) throw error;
    }
  }
}
