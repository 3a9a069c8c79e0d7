import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder of objects of one type, and the file with their list. */
export interface ListedFolder {
  /** Absolute path. */
  readonly folder: string;
  /** The declared type of the objects, as a regular expression: `Check`, `(?:Standing|Policy)Rule`. */
  readonly type: string;
  /** The file with the list, absolute. */
  readonly list: string;
}

/**
 * Returns the exports of the files of a folder that their list lacks, as sentences, so that a test can assert that
 * none is forgotten. A list names each export twice: in its import and in its list.
 */
export function unlisted({ folder, type, list }: ListedFolder): string[] {
  const exported = new RegExp(`^export const (\\w+): ${type}(?=\\W)`, 'gm');
  const words = readFileSync(list, 'utf8').split(/\W+/);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) => join(folder, file) !== list)
    .sort()
    .flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(exported)]
        .map(([, name = '']) => name)
        .filter((name) => words.filter((word) => word === name).length < 2)
        .map((name) => `${name} of ${file} is not in the list`),
    );
}
