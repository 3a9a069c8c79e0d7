import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Snippets that are compiled but not run, by page, with the reason. */
const NOT_RUN: Readonly<Record<string, RegExp>> = {
  // They send requests to a server of the reader.
  'docs/remote.md': /127\.0\.0\.1/,
  'packages/mlflow/README.md': /127\.0\.0\.1/,
  // Its second half is for another person than its first.
  'docs/registry.md': /requestModelTransition/,
};

/** Whether a snippet can run here without changes. */
export function canRun({ page, code }: { readonly page: string; readonly code: string }): boolean {
  return NOT_RUN[page]?.test(code) !== true;
}

/**
 * The module with the declarations that the snippets of a page assume: it sets global variables. `undefined` if the
 * snippets of the page need none.
 */
export function setupOf(page: string): string | undefined {
  const name = page.replace(/\.md$/, '').replaceAll('/', '-').toLowerCase();
  const path = fileURLToPath(new URL(`page-setups/${name}.ts`, import.meta.url));
  return existsSync(path) ? path : undefined;
}
