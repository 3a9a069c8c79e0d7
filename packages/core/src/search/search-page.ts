import { TidemarkError } from '../errors.ts';
import type { Filter } from './filter.ts';
import { parseFilterBy } from './filter-parser.ts';
import { firstInOrder } from './first-in-order.ts';
import { matchFilter } from './match-filter.ts';
import type { OrderKey } from './order.ts';
import { formatPageToken, parsePageToken, searchDigest } from './page-token.ts';
import { parseOrderBy } from './parse-order-by.ts';
import { printField, printFilter } from './print-filter.ts';
import { fieldType, type SearchTarget } from './search-target.ts';
import { compareSortValues, type SortValues, sortValuesReader, totalOrder } from './sort-values.ts';

/** What every search takes. */
export interface SearchOptions {
  /** In the grammar of docs/search.md; without it everything matches. */
  readonly filter?: string;
  /** Keys such as `metrics.acc DESC`; what still ties comes in the default order. */
  readonly orderBy?: string | readonly string[];
  /** The greatest number of items on a page. */
  readonly maxResults?: number;
  /** The `nextPageToken` of the page before, for the same filter, order and scope. */
  readonly pageToken?: string;
}

/** One page of items. */
export interface SearchPage<Item> {
  readonly items: readonly Item[];
  /** Present when more items follow. */
  readonly nextPageToken?: string;
}

/** A search that was understood, before anything was read. */
export interface PlannedSearch<Item> {
  readonly filter: Filter | undefined;
  /** Total. */
  readonly order: readonly OrderKey[];
  /** What the last item of the page before is ordered by. */
  readonly after: SortValues | undefined;
  /** One item more than a page has, so that it is known whether others follow. */
  readonly limit: number;
  /** The page of those items that match. */
  readonly page: (items: Iterable<Item>) => SearchPage<Item>;
  /** The page of the first `limit` items behind `after` that match, found by somebody else. */
  readonly pageOf: (found: readonly Item[]) => SearchPage<Item>;
}

/**
 * Understands the options of a search. `scope` is what it asks beside filter and order; a page token
 * holds for one scope.
 * @throws FILTER_INVALID; INVALID_ARGUMENT for `maxResults` out of range or a bad page token
 */
export function planSearch<Item>(
  target: SearchTarget<Item>,
  options: SearchOptions,
  scope: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): PlannedSearch<Item> {
  const { orderBy = [], maxResults = target.defaultMaxResults, pageToken } = options;
  assertMaxResults(maxResults, target.greatestMaxResults);
  const filter = parseFilterBy(target, options.filter ?? '');
  const asked = parseOrderBy(target, typeof orderBy === 'string' ? [orderBy] : orderBy);
  const order = totalOrder(target, asked);
  const digest = searchDigest({
    what: target.what,
    filter: filter === undefined ? null : printFilter(filter),
    order: order.map(({ field, descending }) => [printField(field), descending]),
    scope,
  });
  const types = order.map(({ field }) => fieldType(target, field));
  const after = pageToken === undefined ? undefined : parsePageToken(digest, types, pageToken);
  const isMatch = filter === undefined ? () => true : matchFilter(target, filter);
  const readSortValues = sortValuesReader(target, order);
  const compare = compareSortValues(order);

  function* candidates(items: Iterable<Item>): Generator<Candidate<Item>> {
    for (const item of items) {
      if (!isMatch(item)) continue;
      const sortValues = readSortValues(item);
      if (after === undefined || compare(sortValues, after) > 0) yield { item, sortValues };
    }
  }
  const limit = maxResults + 1;
  const pageOf = (found: readonly Item[]): SearchPage<Item> => {
    const items = found.slice(0, maxResults);
    const last = found.length > maxResults ? items.at(-1) : undefined;
    if (last === undefined) return { items };
    return { items, nextPageToken: formatPageToken(digest, readSortValues(last)) };
  };
  return {
    filter,
    order,
    after,
    limit,
    page: (items) => {
      const byOrder = (a: Candidate<Item>, b: Candidate<Item>): number =>
        compare(a.sortValues, b.sortValues);
      const found = firstInOrder(candidates(items), byOrder, limit);
      return pageOf(found.map(({ item }) => item));
    },
    pageOf,
  };
}

interface Candidate<Item> {
  readonly item: Item;
  readonly sortValues: SortValues;
}

function assertMaxResults(maxResults: number, greatest: number): void {
  if (Number.isSafeInteger(maxResults) && maxResults >= 1 && maxResults <= greatest) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `Invalid value ${maxResults} for parameter 'max_results' supplied. It must be a whole number from 1 to ${greatest}; more come page by page.`,
    { details: { maxResults } },
  );
}
