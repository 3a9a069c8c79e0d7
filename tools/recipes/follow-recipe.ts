import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Edit, Recipe } from './recipe.ts';

/** Copies the neighbour that a recipe names, and renames what the recipe renames. */
export function copyNeighbour(root: string, { copy, as, renamed }: Recipe): void {
  if (existsSync(join(root, as))) throw new Error(`${as} already exists`);
  let text = readFileSync(join(root, copy), 'utf8');
  for (const [from, to] of renamed) {
    if (!text.includes(from)) throw new Error(`${copy} does not contain ${from}`);
    text = text.replaceAll(from, to);
  }
  writeFileSync(join(root, as), text);
}

/** Inserts the lines of an edit into its file. */
export function makeEdit(root: string, { file, lines }: Edit): void {
  let text = readFileSync(join(root, file), 'utf8');
  for (const line of lines) {
    const [before = '', after, ...more] = text.split(line.at);
    if (after === undefined) throw new Error(`${file} does not contain ${line.at}`);
    if (more.length > 0) throw new Error(`${file} contains ${line.at} more than once`);
    const added = typeof line.text === 'string' ? line.text : line.text(text);
    text = `${before}${line.at}${added}${after}`;
  }
  writeFileSync(join(root, file), text);
}
