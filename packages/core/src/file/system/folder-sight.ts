import { type Stats, statSync } from 'node:fs';
import { errnoOf, readFailed } from './system-errors.ts';

/** The visible state of a folder. It changes when an entry is added or removed. */
export interface FolderSight {
  readonly ino: number;
  readonly mtimeMs: number;
  /** Programs cannot set this time back, unlike `mtimeMs`, which copying programs set. */
  readonly ctimeMs: number;
  /** Whether every later change is visible: the last one is longer ago than a tick of the coarsest clock. */
  readonly isSettled: boolean;
}

/** The visible state of a file. It changes when the file is written. */
export interface FileSight extends FolderSight {
  readonly size: number;
}

/** Two changes within this time may have the same time: FAT counts in steps of two seconds. */
const COARSEST_CLOCK_MS = 2500;

/**
 * Returns the visible state of a folder; `undefined` if it does not exist. Returns `before` itself if that was settled and
 * nothing changed, because a page of a search checks ten thousand folders. @throws READ_FAILED
 */
export function lookAtFolder(path: string, before?: FolderSight): FolderSight | undefined {
  const stats = statsOf(path);
  if (stats === undefined) return undefined;
  if (before?.isSettled === true && isSameSight(before, stats)) return before;
  const { ino, mtimeMs, ctimeMs } = stats;
  return { ino, mtimeMs, ctimeMs, isSettled: isSettled(stats) };
}

/** Returns the visible state of a file; `undefined` if it does not exist. @throws READ_FAILED */
export function lookAtFile(path: string): FileSight | undefined {
  const stats = statsOf(path);
  if (stats === undefined) return undefined;
  const { ino, mtimeMs, ctimeMs, size } = stats;
  return { ino, mtimeMs, ctimeMs, size, isSettled: isSettled(stats) };
}

/** Whether two states show no change. */
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
