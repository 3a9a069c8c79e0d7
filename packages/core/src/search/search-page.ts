import { TidemarkError } from '../errors.ts';
import { assertRecord, assertString, shownInput } from '../model/plain-input.ts';
import type { Filter, FilterValue } from '../query/filter.ts';
import { parseFilterBy } from '../query/filter-parser.ts';
import { FirstInOrder } from '../query/first-in-order.ts';
import { matchFilter } from '../query/match-filter.ts';
import type { OrderKey } from '../query/order.ts';
import { parseOrderBy } from '../query/parse-order-by.ts';
import { printField, printFilter } from '../query/print-filter.ts';
import { fieldType, type SearchTarget } from '../query/search-target.ts';
import {
  compareByKey,
  compareSortValues,
  type SortValues,
  sortValuesReader,
  totalOrder,
} from '../query/sort-values.ts';
import { formatPageToken, parsePageToken, searchDigest } from './page-token.ts';

/** Options of every search. */
export interface SearchOptions {
  /** A filter in the grammar of docs/search.md. Default: everything matches. */
  readonly filter?: string;
  /** Keys such as `metrics.acc DESC`. Items that tie come in the default order. */
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

/** Items that are read only if the page may contain one of them. */
export interface SearchGroup<Item> {
  /**
   * A lower bound of the items' values of the first key of the order. Groups with a bound come in the order of their
   * bounds. Without a bound the items are always read.
   */
  readonly first?: FilterValue;
  readonly items: () => Iterable<Item>;
}

/** A parsed search, before anything was read. */
export interface PlannedSearch<Item> {
  readonly filter: Filter | undefined;
  /** A total order. */
  readonly order: readonly OrderKey[];
  /** The sort values of the last item of the page before. */
  readonly after: SortValues | undefined;
  /** One more than the items of a page, to find out whether others follow. */
  readonly limit: number;
  /** Returns the page of the items that match. */
  readonly page: (items: Iterable<Item>) => SearchPage<Item>;
  /** `page` for items in groups. Does not read groups without items of the page. */
  readonly pageOfGroups: (groups: Iterable<SearchGroup<Item>>) => SearchPage<Item>;
  /** Returns the page of the first `limit` matching items after `after`, which the store has found. */
  readonly pageOf: (found: readonly Item[]) => SearchPage<Item>;
}

/**
 * Parses the options of a search. `scope` is what the search asks in addition to filter and order; a page token is
 * valid for one scope. @throws FILTER_INVALID; INVALID_ARGUMENT if `maxResults` is out of range or the page token is
 * invalid
 */
export function planSearch<Item>(
  target: SearchTarget<Item>,
  options: SearchOptions,
  scope: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): PlannedSearch<Item> {
  assertRecord(options, 'The options of a search');
  assertSearchTexts(options);
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
  const [firstKey] = order;
  const readFirst = sortValuesReader(target, order.slice(0, 1));
  const isValueBehind = (value: FilterValue | null, worst: Candidate<Item> | undefined): boolean =>
    worst !== undefined &&
    firstKey !== undefined &&
    compareByKey(value, worst.sortValues[0] ?? null, firstKey.descending) > 0;
  /** Compares only the first key: for most items nothing else is read. */
  const isBehind = (item: Item, worst: Candidate<Item> | undefined): boolean =>
    worst !== undefined && isValueBehind(readFirst(item)[0] ?? null, worst);

  const limit = maxResults + 1;
  const pageOf = (found: readonly Item[]): SearchPage<Item> => {
    const items = found.slice(0, maxResults);
    const last = found.length > maxResults ? items.at(-1) : undefined;
    if (last === undefined) return { items };
    return { items, nextPageToken: formatPageToken(digest, readSortValues(last)) };
  };
  const pageOfGroups = (groups: Iterable<SearchGroup<Item>>): SearchPage<Item> => {
    const byOrder = (a: Candidate<Item>, b: Candidate<Item>): number =>
      compare(a.sortValues, b.sortValues);
    const first = new FirstInOrder(byOrder, limit);
    for (const group of groups) {
      if (group.first !== undefined && isValueBehind(group.first, first.worst)) break;
      for (const item of group.items()) {
        if (!isMatch(item) || isBehind(item, first.worst)) continue;
        const sortValues = readSortValues(item);
        if (after === undefined || compare(sortValues, after) > 0)
          first.offer({ item, sortValues });
      }
    }
    return pageOf(first.items().map(({ item }) => item));
  };
  return {
    filter,
    order,
    after,
    limit,
    page: (items) => pageOfGroups([{ items: () => items }]),
    pageOfGroups,
    pageOf,
  };
}

function assertSearchTexts({ filter, orderBy, pageToken }: SearchOptions): void {
  if (filter !== undefined) assertString(filter, 'filter');
  if (pageToken !== undefined) assertString(pageToken, 'pageToken');
  if (orderBy === undefined) return;
  const keys: unknown = orderBy;
  if (Array.isArray(keys)) for (const key of keys) assertString(key, 'Each key of orderBy');
  else assertString(keys, 'orderBy');
}

interface Candidate<Item> {
  readonly item: Item;
  readonly sortValues: SortValues;
}

function assertMaxResults(maxResults: number, greatest: number): void {
  if (Number.isSafeInteger(maxResults) && maxResults >= 1 && maxResults <= greatest) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `Invalid value ${shownInput(maxResults)} for parameter 'max_results' supplied. It must be a whole number from 1 to ${greatest}; more come page by page.`,
    { details: { maxResults } },
  );
}
