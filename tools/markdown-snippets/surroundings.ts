import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Snippets that are checked by the compiler and not run, by page, with the reason. */
const NOT_RUN: Readonly<Record<string, RegExp>> = {
  // They ask a server at an address of the reader.
  'docs/remote.md': /127\.0\.0\.1/,
  'packages/mlflow/README.md': /127\.0\.0\.1/,
  // Its second half is for another person than its first.
  'docs/registry.md': /requestModelTransition/,
};

/** Whether a snippet can run here as it stands. */
export function canRun({ page, code }: { readonly page: string; readonly code: string }): boolean {
  return NOT_RUN[page]?.test(code) !== true;
}

/**
 * The module with what the snippets of a page take as given: it declares global variables and gives them their
 * values. `undefined` where the snippets of a page bring all that they need.
 */
export function surroundingsOf(page: string): string | undefined {
  const name = page.replace(/\.md$/, '').replaceAll('/', '-').toLowerCase();
  const path = fileURLToPath(new URL(`surroundings/${name}.ts`, import.meta.url));
  return existsSync(path) ? path : undefined;
}
