import { join } from 'node:path';
import { isJsonObject } from '../workspace/json.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** One entry of a package, as a program imports it. */
export interface PublicEntry {
  /** The specifier, such as `@tidemark/core/node`. */
  readonly specifier: string;
  /** The absolute path of its source. */
  readonly path: string;
}

/** Every entry with a source that the manifests name, of all packages except `leftOut`. */
export function publicEntries(
  { root, members }: Workspace,
  leftOut: ReadonlySet<string>,
): PublicEntry[] {
  return members
    .filter(({ kind, shortName }) => kind === 'packages' && !leftOut.has(shortName))
    .flatMap(({ folder, manifest }) =>
      Object.entries(manifest.exports).flatMap(([entry, conditions]) => {
        const source = isJsonObject(conditions) ? conditions['@tidemark/source'] : undefined;
        if (typeof source !== 'string') return [];
        return [
          { specifier: `${manifest.name}${entry.slice(1)}`, path: join(root, folder, source) },
        ];
      }),
    );
}
