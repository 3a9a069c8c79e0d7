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
  /** The page of those items that match. */
  readonly page: (items: Iterable<Item>) => SearchPage<Item>;
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
  return {
    filter,
    order,
    page: (items) => {
      const found = firstInOrder(
        candidates(items),
        (a, b) => compare(a.sortValues, b.sortValues),
        maxResults + 1,
      );
      const shown = found.slice(0, maxResults);
      const last = found.length > maxResults ? shown.at(-1) : undefined;
      return {
        items: shown.map(({ item }) => item),
        ...(last === undefined ? {} : { nextPageToken: formatPageToken(digest, last.sortValues) }),
      };
    },
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
