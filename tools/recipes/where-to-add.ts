import { basename } from 'node:path';
import type { Recipe } from './recipe.ts';

/** The row of a recipe in "Where to add what" of ARCHITECTURE.md. */
export function rowOf({ toAdd, copy, edits, afterwards }: Recipe): string {
  const said = edits.flatMap(({ says = [] }) => says);
  const rest = edits.some(({ says }) => says === undefined) ? '; the compiler names the rest' : '';
  const last = afterwards === undefined ? '' : `, then \`${afterwards}\``;
  return `| ${toAdd} | \`${copy}\` | ${said.join(', ')}${last}${rest} |`;
}

/** The edits of a recipe that do not name their file. */
export function unnamedFiles({ edits }: Recipe): string[] {
  return edits
    .filter(({ file, says }) => says?.includes(`${basename(file)}\``) === false)
    .map(({ file }) => file);
}

/** The files to copy according to the table, relative to the root. */
export function filesToCopy(page: string): string[] {
  const [, table = ''] = page.split('## Where to add what');
  return [...table.matchAll(/^\| an? [^|]+ \| `([^`]+)` \|/gm)].map(([, path = '']) => path);
}
