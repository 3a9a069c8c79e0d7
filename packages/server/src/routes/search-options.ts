import type { SearchRegistryRequest } from '@tidemark/mlflow';
import { pageSize } from './page-size.ts';

/** The fields that every search has. */
export interface SearchedFor {
  readonly filter?: string;
  readonly orderBy: readonly string[];
  readonly maxResults: number;
  readonly pageToken?: string;
}

/**
 * Returns the filter, the order and the page of a request as options for core's searches.
 * @param sizes see `pageSize`
 * @throws WireError for a page size that is too small or too large
 */
export function searchOptions(
  { filter, order_by = [], max_results, page_token }: SearchRegistryRequest,
  sizes: { readonly fallback: number; readonly greatest: number },
): SearchedFor {
  return {
    ...(filter === undefined ? {} : { filter }),
    orderBy: order_by,
    maxResults: pageSize(max_results, sizes),
    ...(page_token ? { pageToken: page_token } : {}),
  };
}
