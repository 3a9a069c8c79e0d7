import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, parse } from 'node:path';

/** As many links as Linux follows before it gives up (ELOOP). */
const MAX_LINKS = 40;

/** Where a path leads, and by which way. */
export interface ResolvedPath {
  /** Free of links, `.` and `..`. */
  readonly real: string;
  /** Every place that was passed, links themselves included, each by its own real path. */
  readonly passed: readonly string[];
}

/**
 * Follows a path as the operating system does: name by name, each link where it stands, and `..` from
 * where a link led to. Unlike realpath it tells the way, which matters when somebody else can point a
 * link on it.
 * @param from a real folder, where a relative path starts
 * @returns `undefined` when nothing is there, or links go round
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
