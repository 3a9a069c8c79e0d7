import { lstatSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { isTidemarkError, TidemarkError } from '../../errors.ts';
import { assertArguments } from '../../model/plain-input.ts';

/** The end of a walk over folders. */
export interface WayEnd {
  /** The first place on the way that is not a folder; the last place if all before it are folders. */
  readonly place: string;
  /** The facts of that place; absent if it does not exist. */
  readonly info?: Stats;
  /** Whether a folder is at the place of the walk, or can be made there. */
  readonly isFree: boolean;
}

/**
 * Walks from a folder down to a place, and refuses a symbolic link on the way and at its end: a user who can
 * write below the folder could point one anywhere. The folder itself may be a link, such as to a large disk. The path can
 * change after the check, so open the place with O_NOFOLLOW.
 * @param place a path below `root`
 * @param refuse makes the error for a link. Default: ARTIFACT_PATH_UNSAFE
 * @throws ARTIFACT_PATH_UNSAFE for a link, and for a place that is not below the folder
 */
export function assertNoSymlinks(
  root: string,
  place: string,
  refuse: (link: string) => Error = leadsThroughLink,
): WayEnd {
  assertArguments({ root, place, refuse }, 'assertNoSymlinks', {
    root: 'string',
    place: 'string',
    refuse: 'function',
  });
  let at = root;
  let info = statSync(root, { throwIfNoEntry: false });
  for (const name of namesBelow(root, place)) {
    if (info?.isDirectory() !== true) break;
    at = join(at, name);
    info = lstatSync(at, { throwIfNoEntry: false });
    if (info?.isSymbolicLink()) throw refuse(at);
  }
  if (info === undefined) return { place: at, isFree: true };
  return { place: at, info, isFree: info.isDirectory() };
}

/**
 * Returns the facts of a place below a folder; `undefined` if it does not exist, or if the path goes through a
 * symbolic link, by the rule of `assertNoSymlinks`. @throws INVALID_ARGUMENT if an argument is not a string
 */
export function lstatWithoutSymlinks(root: string, place: string): Stats | undefined {
  try {
    const end = assertNoSymlinks(root, place);
    return relative(end.place, place) === '' ? end.info : undefined;
  } catch (error) {
    if (isTidemarkError(error, 'ARTIFACT_PATH_UNSAFE')) return undefined;
    throw error;
  }
}

function namesBelow(root: string, place: string): string[] {
  const path = relative(root, place);
  const names = path.split(sep).filter((name) => name !== '');
  if (!isAbsolute(path) && names[0] !== '..') return names;
  throw new TidemarkError(
    'ARTIFACT_PATH_UNSAFE',
    `${JSON.stringify(place)} is not below ${JSON.stringify(root)}. Give a path below it.`,
    { details: { path: place } },
  );
}

function leadsThroughLink(link: string): TidemarkError {
  return new TidemarkError(
    'ARTIFACT_PATH_UNSAFE',
    `${JSON.stringify(link)} is a symbolic link, and may lead anywhere. Remove it, or choose another place.`,
    { details: { path: link } },
  );
}
