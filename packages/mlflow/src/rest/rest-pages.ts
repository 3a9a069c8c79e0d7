import { TidemarkError } from '@tidemark/core';

/**
 * All items of an answer that comes in pages.
 * @throws SERVER_FAILED when the server gives the same page token again and again
 */
export async function allPages<Page extends { next_page_token?: string | undefined }, Item>(
  readPage: (pageToken: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): Promise<Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page = await readPage(token);
    items.push(...itemsOf(page));
    const next = page.next_page_token || undefined;
    if (next !== undefined && next === token) {
      throw new TidemarkError(
        'SERVER_FAILED',
        'The tracking server gave the same page twice; what it would give after that cannot be read.',
      );
    }
    // Some versions of MLflow give a token with an empty last page.
    token = itemsOf(page).length === 0 ? undefined : next;
  } while (token !== undefined);
  return items;
}
