import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFiles } from '../workspace/repository-files.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { type Snippet, snippetsOf } from './snippets.ts';

/** A snippet, and the path of its page from the root. */
export interface ShownSnippet extends Snippet {
  readonly page: string;
}

/** Every snippet of the Markdown pages. */
export function shownSnippets(): ShownSnippet[] {
  return repositoryFiles()
    .filter((path) => path.endsWith('.md'))
    .flatMap((page) =>
      snippetsOf(readFileSync(join(REPOSITORY_ROOT, page), 'utf8')).map((snippet) => ({
        ...snippet,
        page,
      })),
    );
}
