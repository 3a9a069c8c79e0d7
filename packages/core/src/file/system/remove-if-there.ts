import { unlinkSync } from 'node:fs';
import { errnoOf } from './system-errors.ts';

/** Removes a derived or unfinished file. Ignores that the file does not exist or cannot be removed. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
