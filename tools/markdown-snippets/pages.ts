import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { type Snippet, snippetsOf } from './snippets.ts';

/** A snippet, and the path of its page from the root. */
export interface ShownSnippet extends Snippet {
  readonly page: string;
}

/** Every snippet in the Markdown pages that git tracks. */
export function shownSnippets(): ShownSnippet[] {
  const pages = execFileSync('git', ['ls-files', '*.md'], {
    cwd: REPOSITORY_ROOT,
    encoding: 'utf8',
  });
  return pages
    .trim()
    .split('\n')
    .flatMap((page) =>
      snippetsOf(readFileSync(join(REPOSITORY_ROOT, page), 'utf8')).map((snippet) => ({
        ...snippet,
        page,
      })),
    );
}
