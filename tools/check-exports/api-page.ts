import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../workspace/json.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { exportedNames } from './exported-names.ts';

/** The path of the page. */
export const API_PAGE = 'docs/api.md';

const HEADER = `# What the packages export

Every name that a published package gives, by entry. A test holds this page to the source, so that nothing
is exported, or removed, by accident; \`npm run docs:api\` writes it again. What a name is for, its units and
its errors are said at its declaration.
`;

/** The text of the page, from the entries of every package that is not private. */
export function apiPage({ root, members }: Workspace): string {
  const sections = members
    .filter(({ kind, manifest }) => kind === 'packages' && !manifest.private)
    .flatMap(({ folder, manifest }) =>
      entriesOf(manifest.exports).map(({ entry, source }) => {
        const path = join(root, folder, source);
        const { values, types } = exportedNames(readFileSync(path, 'utf8'), path);
        return `## ${manifest.name}${entry.slice(1)}\n\n${list('Values', values)}${list('Types', types)}`;
      }),
    );
  return `${HEADER}\n${sections.join('').trimEnd()}\n`;
}

/** The entries with a source file. */
function entriesOf(exports: Workspace['manifest']['exports']): { entry: string; source: string }[] {
  return Object.entries(exports).flatMap(([entry, conditions]) => {
    const source = isJsonObject(conditions) ? conditions['@tidemark/source'] : undefined;
    return typeof source === 'string' ? [{ entry, source }] : [];
  });
}

function list(title: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${title}: ${names.map((name) => `\`${name}\``).join(', ')}\n\n`;
}
