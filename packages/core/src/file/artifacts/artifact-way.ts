import { lstatSync, mkdirSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { TidemarkError } from '../../errors.ts';
import { LAYOUT } from '../layout.ts';
import { assertNoSymlinks, type WayEnd } from '../system/assert-no-symlinks.ts';
import { errnoOf } from '../system/system-errors.ts';

/**
 * Refuses a path below `artifacts` that goes through a symbolic link. Only the `artifacts` folder itself may be one.
 * @throws ARTIFACT_PATH_UNSAFE
 */
export function assertArtifactWay(store: string, folder: string, path: string): WayEnd {
  return assertNoSymlinks(join(store, LAYOUT.artifacts), folder, () =>
    unsafePath(path, 'leads through a symbolic link'),
  );
}

/**
 * Makes sure that a file can be written as `partial` and then renamed to `target`.
 * @throws ARTIFACT_PATH_UNSAFE
 */
export function clearWay(store: string, target: string, partial: string, path: string): void {
  const problem = systemNameProblem(path, process.platform);
  if (problem !== undefined) throw unsafePath(path, problem);
  if (!assertArtifactWay(store, dirname(target), path).isFree) {
    throw unsafePath(path, 'goes through a file as if it were a folder');
  }
  const info = lstatIfThere(target);
  if (info?.isDirectory()) throw unsafePath(path, 'is a folder already');
  if (info?.isFile() && isOtherSpelling(target)) {
    throw unsafePath(path, 'is another spelling of an existing file, which it would overwrite');
  }
  mkdirSync(dirname(partial), { recursive: true });
  assertNoSymlinks(join(store, LAYOUT.artifacts), dirname(partial), () =>
    unsafePath(path, 'would be written through a symbolic link, artifacts/.partial'),
  );
}

/**
 * Returns why a path is not valid on this operating system; `undefined` if it is. Windows reads the text after a
 * colon as a stream inside the file, refuses `<>"|?*`, and drops dots and spaces at the end of a name, so that two
 * names become one file.
 */
export function systemNameProblem(path: string, platform: NodeJS.Platform): string | undefined {
  if (platform !== 'win32') return undefined;
  if (/[<>:"|?*]/.test(path)) return 'has a character that Windows does not allow';
  if (/[. ](\/|$)/.test(path)) return 'has a name that ends in a dot or a space';
  return undefined;
}

/** Returns the facts of a place, without following a link; `undefined` if it does not exist. */
export function lstatIfThere(place: string): Stats | undefined {
  return lstatSync(place, { throwIfNoEntry: false });
}

/** Returns the error for an artifact that does not exist. */
export function artifactNotFound(path: string, cause?: unknown): TidemarkError {
  return new TidemarkError('ARTIFACT_NOT_FOUND', `There is no artifact ${JSON.stringify(path)}.`, {
    cause,
    details: { path },
  });
}

/** Returns the error for a path that is refused. */
export function unsafePath(path: string, problem: string): TidemarkError {
  return new TidemarkError(
    'ARTIFACT_PATH_UNSAFE',
    `The artifact path ${JSON.stringify(path)} ${problem}. Choose another name.`,
    { details: { path } },
  );
}

/** Whether the file system has the file under another name, because it ignores case or normalises Unicode. */
function isOtherSpelling(target: string): boolean {
  try {
    const real = realpathSync.native(target);
    return (
      relative(realpathSync.native(dirname(target)), real) !== relative(dirname(target), target)
    );
  } catch (error) {
    // Another process removed it meanwhile.
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
