import { unlinkSync } from 'node:fs';
import { errnoOf } from './system-errors.ts';

/** Removes a derived or an unfinished file; that it is gone already, or may not be removed, changes nothing. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
