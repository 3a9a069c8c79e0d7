import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, parse } from 'node:path';

/** The number of links that Linux follows before it fails (ELOOP). */
const MAX_LINKS = 40;

/** The target of a path, and the places on the way. */
export interface ResolvedPath {
  /** Free of links, `.` and `..`. */
  readonly real: string;
  /** Every place on the way, including links, each by its real path. */
  readonly passed: readonly string[];
}

/**
 * Follows a path as the operating system does: name by name, each link in its place, and `..` from the target of a
 * link. Unlike realpath it returns the way, which matters if another user can change a link on it.
 * @param from a real folder, where a relative path starts
 * @returns `undefined` if the path does not exist, or links form a loop
 */
export function resolvePath(path: string, from: string): ResolvedPath | undefined {
  const { root } = parse(path);
  let place = isAbsolute(path) ? root : from;
  const names = namesOf(path.slice(root.length));
  const passed: string[] = [];
  let links = 0;
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === '..') {
      place = dirname(place);
      passed.push(place);
      continue;
    }
    const next = join(place, name);
    const info = lstatSync(next, { throwIfNoEntry: false });
    if (info === undefined) return undefined;
    passed.push(next);
    if (!info.isSymbolicLink()) {
      place = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) return undefined;
    const target = readlinkSync(next);
    const { root: targetRoot } = parse(target);
    if (isAbsolute(target)) place = targetRoot;
    names.unshift(...namesOf(target.slice(targetRoot.length)));
  }
  return { real: place, passed };
}

function namesOf(path: string): string[] {
  const separator = process.platform === 'win32' ? /[\\/]/ : /\//;
  return path.split(separator).filter((name) => name !== '' && name !== '.');
}
