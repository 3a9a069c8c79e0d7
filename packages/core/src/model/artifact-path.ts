import { TidemarkError } from '../errors.ts';
import { LIMITS } from './limits.ts';
import { assertString } from './plain-input.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const UNSAFE_CHARACTERS = /[\u0000-\u001f\u007f\\]/;
const WINDOWS_DRIVE = /^[a-zA-Z]:/;
// Names that Windows gives to devices, with or without an extension.
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * Checks a path below an artifact folder and returns it unchanged: relative, `/` between names, no `.` or `..`, no
 * backslash, no control character, no drive letter, no device name. It decodes and repairs nothing: an ambiguous path
 * is refused.
 * @throws ARTIFACT_PATH_UNSAFE
 */
export function assertArtifactPath(path: string): string {
  assertString(path, 'The path of an artifact');
  const problem = artifactPathProblem(path);
  if (problem === undefined) return path;
  throw new TidemarkError(
    'ARTIFACT_PATH_UNSAFE',
    `The artifact path ${JSON.stringify(path)} ${problem}. Give a relative path such as "plots/roc.png".`,
    { details: { path } },
  );
}

/** Whether `assertArtifactPath` accepts the path. */
export function isArtifactPath(path: string): boolean {
  return artifactPathProblem(path) === undefined;
}

/** Returns why `assertArtifactPath` refuses a path, as the end of a sentence; `undefined` for a valid path. */
export function artifactPathProblem(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (path.length > LIMITS.artifactPathLength) return 'is too long';
  if (path.startsWith('/') || WINDOWS_DRIVE.test(path)) return 'is absolute';
  if (UNSAFE_CHARACTERS.test(path)) return 'contains a backslash or a control character';
  for (const name of path.split('/')) {
    if (name === '') return 'has an empty name in it';
    if (name === '.' || name === '..') return 'leaves its folder';
    if (WINDOWS_DEVICE.test(name)) return 'names a device';
    if (utf8Length(name) > LIMITS.artifactNameBytes) return 'has a name that is too long';
    // A lone surrogate has no UTF-8 form: two such names would become one file.
    if (!name.isWellFormed()) return 'is not well-formed Unicode';
  }
  return undefined;
}

/** Returns the folder of an artifact path, or `undefined` for the root. */
export function folderOfArtifact(path: string): string | undefined {
  assertString(path, 'The path of an artifact');
  const slash = path.lastIndexOf('/');
  return slash === -1 ? undefined : path.slice(0, slash);
}

/** Returns the name of a file or a folder, without the folders that it is in. */
export function nameOfArtifact(path: string): string {
  assertString(path, 'The path of an artifact');
  return path.slice(path.lastIndexOf('/') + 1);
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
