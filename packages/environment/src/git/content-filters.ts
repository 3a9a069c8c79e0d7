import type { Git } from './run-git.ts';

/** The content filters that git's configuration defines, and how to disable them. */
export interface ContentFilters {
  readonly names: ReadonlySet<string>;
  /** Arguments before git's subcommand that make every filter a no-op; `undefined` when no argument can do that. */
  readonly disableArguments: readonly string[] | undefined;
}

/** Pattern of the keys for `git config --get-regexp`. */
export const FILTER_KEYS = '^filter\\..*\\.(clean|process|required)$';
const KEY = /^filter\.(.*)\.(?:clean|process|required)$/s;

/**
 * `git status` passes a file whose time stamp changed to the program in `filter.<name>.clean` or `.process`
 * (gitattributes, "filter"). No switch disables all filters, so each filter that the configuration defines is
 * overridden by name, wherever it is defined. This includes git-lfs, which users trust: it reads programs to run from
 * the repository's configuration (`lfs.extension.*`).
 */
export function contentFilters(configKeys: Iterable<string>): ContentFilters {
  const names = new Set<string>();
  for (const key of configKeys) {
    const name = KEY.exec(key)?.[1];
    if (name !== undefined) names.add(name);
  }
  // `-c` ends the key at its first equals sign.
  const expressible = [...names].every((name) => !/[=\n]/.test(name));
  return {
    names,
    disableArguments: expressible ? [...names].flatMap(disable) : undefined,
  };
}

/** The filter of each path, in order, according to git's attributes; `undefined` when git did not answer. */
export async function filtersOf(
  git: Git,
  paths: readonly Buffer[],
): Promise<readonly string[] | undefined> {
  const stdin = Buffer.concat(paths.flatMap((path) => [path, Buffer.of(0)]));
  const outcome = await git(['check-attr', '-z', '--stdin', 'filter'], 1, stdin);
  if (outcome.kind !== 'done') return undefined;
  // path, attribute, value, each ended by NUL
  const fields = outcome.stdout.toString('utf8').split('\0');
  return fields.filter((_, index) => index % 3 === 2);
}

function disable(name: string): string[] {
  return [
    '-c',
    `filter.${name}.clean=`,
    '-c',
    `filter.${name}.process=`,
    '-c',
    `filter.${name}.required=false`,
  ];
}
