import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from '../workspace/workspace.ts';
import type { Prose } from './check-words.ts';
import { proseOf } from './prose-of.ts';

/** The folders whose pages and sources are checked. */
const FOLDERS = ['docs', 'examples', 'packages', 'tools'] as const;

/** Texts that are not checked: generated files, files of other projects, and fixtures. */
const LEFT_OUT = /(?:^|\/)(?:fixtures|published-packages\/project)\/|\.d\.ts$/;

/** Reads the texts of the repository at `root`: Markdown, and the comments and strings of TypeScript. */
export function readProse(root: string): Prose[] {
  const pages = readdirSync(root).filter((name) => name.endsWith('.md'));
  return [...pages.sort(), ...FOLDERS.flatMap((folder) => filesBelow(root, folder, /\.(?:md|ts)$/))]
    .filter((path) => !LEFT_OUT.test(path))
    .map((path) => ({ path, text: proseOf(readFileSync(join(root, path), 'utf8'), path) }));
}
