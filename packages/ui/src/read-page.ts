import { join } from 'node:path';
import type { Page } from '@tidemark/server';
import { readPageIn } from './read-page-in.ts';

/** The folder of the built page, seen from `src` and from `dist`. */
const FOLDER = join(import.meta.dirname, '..', 'dist', 'page');

/**
 * Reads the page into memory, for the option `page` of `createOperatedServer`. Returns `undefined` in a checkout where it was
 * not built: `npm run build -w @tidemark/ui` builds it.
 *
 * @example
 * ```ts
 * import { createOperatedServer } from '@tidemark/server';
 *
 * const page = readPage();
 * const server = await createOperatedServer({ store, ...(page === undefined ? {} : { page }) });
 * ```
 */
export function readPage(): Page | undefined {
  return readPageIn(FOLDER);
}
