import { type Stats, statSync } from 'node:fs';
import { errnoOf, readFailed } from './system-errors.ts';

/** The visible state of a folder. It changes when an entry is added or removed. */
export interface FolderSight {
  readonly ino: number;
  readonly mtimeMs: number;
  /** Programs cannot set this one back, as programs that copy do with the other. */
  readonly ctimeMs: number;
  /** Whether every later change shows: the last one is longer ago than the clock of a file system is coarse. */
  readonly isSettled: boolean;
}

/** The visible state of a file. It changes when the file is written. */
export interface FileSight extends FolderSight {
  readonly size: number;
}

/** Two changes within this time may show as one: FAT counts in steps of two seconds. */
const COARSEST_CLOCK_MS = 2500;

/**
 * Looks at a folder; `undefined` if it does not exist. Gives `before` back when that was settled and nothing changed:
 * a page of a search looks at each of ten thousand folders. @throws READ_FAILED
 */
export function lookAtFolder(path: string, before?: FolderSight): FolderSight | undefined {
  const stats = statsOf(path);
  if (stats === undefined) return undefined;
  if (before?.isSettled === true && isSameSight(before, stats)) return before;
  const { ino, mtimeMs, ctimeMs } = stats;
  return { ino, mtimeMs, ctimeMs, isSettled: isSettled(stats) };
}

/** Looks at a file; `undefined` if it does not exist. @throws READ_FAILED */
export function lookAtFile(path: string): FileSight | undefined {
  const stats = statsOf(path);
  if (stats === undefined) return undefined;
  const { ino, mtimeMs, ctimeMs, size } = stats;
  return { ino, mtimeMs, ctimeMs, size, isSettled: isSettled(stats) };
}

/** Whether nothing changed between two looks, as far as they can tell. */
export function isSameSight(a: Look, b: Look): boolean {
  return a.ino === b.ino && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

type Look = Omit<FolderSight, 'isSettled'>;

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR' || errnoOf(error) === 'ELOOP') return undefined;
    throw readFailed(path, error);
  }
}

function isSettled({ mtimeMs, ctimeMs }: Stats): boolean {
  return Date.now() - Math.max(mtimeMs, ctimeMs) > COARSEST_CLOCK_MS;
}
