import { basename } from 'node:path';
import type { Recipe } from './recipe.ts';

/** The row that "Where to add what" of ARCHITECTURE.md has for a recipe. */
export function rowOf({ toAdd, copy, edits, afterwards }: Recipe): string {
  const said = edits.flatMap(({ says = [] }) => says);
  const rest = edits.some(({ says }) => says === undefined) ? '; the compiler names the rest' : '';
  const last = afterwards === undefined ? '' : `, then \`${afterwards}\``;
  return `| ${toAdd} | \`${copy}\` | ${said.join(', ')}${last}${rest} |`;
}

/** What is wrong with what a recipe says of its edits: each names the file that it is in. */
export function unnamedFiles({ edits }: Recipe): string[] {
  return edits
    .filter(({ file, says }) => says?.includes(`${basename(file)}\``) === false)
    .map(({ file }) => file);
}

/** The files that rows of the table tell to copy, below the root. */
export function filesToCopy(page: string): string[] {
  const [, table = ''] = page.split('## Where to add what');
  return [...table.matchAll(/^\| an? [^|]+ \| `([^`]+)` \|/gm)].map(([, path = '']) => path);
}
