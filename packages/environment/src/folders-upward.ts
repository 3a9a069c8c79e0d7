import { dirname } from 'node:path';

/** The folder and those above it, nearest first, ending with `last` or the root of the file system. */
export function* foldersUpward(folder: string, last?: string): Generator<string> {
  for (let current = folder; ; current = dirname(current)) {
    yield current;
    if (current === last || current === dirname(current)) return;
  }
}
