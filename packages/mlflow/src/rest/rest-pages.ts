import { TidemarkError } from '@tidemark/core';

/** Returns all items of a response in pages. @throws SERVER_FAILED if the server repeats a page token */
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
        'The tracking server sent the same page token twice, so the pages after it cannot be read. Update the server, or report it there.',
      );
    }
    // Some versions of MLflow send a token with an empty last page.
    token = itemsOf(page).length === 0 ? undefined : next;
  } while (token !== undefined);
  return items;
}
