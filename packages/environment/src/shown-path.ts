import { isAbsolute, relative, sep } from 'node:path';

/** The path relative to `base` with `/` between folders (`.` for itself), or `undefined` when it is not inside. */
export function pathInside(base: string, path: string): string | undefined {
  const inside = relative(base, path);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
  return inside === '' ? '.' : inside.split(sep).join('/');
}

/** The recorded form of a path: relative to the first of the bases that contains it, else absolute. */
export function shownPath(path: string, bases: readonly (string | undefined)[]): string {
  for (const base of bases) {
    const inside = base === undefined ? undefined : pathInside(base, path);
    if (inside !== undefined) return inside;
  }
  return path.split(sep).join('/');
}
