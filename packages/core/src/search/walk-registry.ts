import { outlineOf } from '../chain/chain-entry.ts';
import type { RegistryOutline } from '../chain/registry-chain.ts';
import type { RegistryStore } from '../port/registry-store.ts';
import { type Filter, type FilterField, filterNames } from '../query/filter.ts';
import { matchFilter } from '../query/match-filter.ts';
import type { OrderKey } from '../query/order.ts';
import type { SearchTarget } from '../query/search-target.ts';
import type { PlannedSearch, SearchGroup } from './search-page.ts';

/**
 * Returns the registered models whose names do not exclude them from a search, sorted by name. A store that can walk
 * reads each model only when the search reaches it.
 */
export async function walkRegistry<Item>(
  registry: Pick<RegistryStore, 'list' | 'walk'>,
  search: PlannedSearch<Item>,
): Promise<Iterable<RegistryOutline>> {
  const isWanted = nameTest(search);
  if (registry.walk !== undefined) return registry.walk(isWanted);
  const entries = await registry.list();
  return entries.filter(({ model }) => isWanted(model.name)).map(outlineOf);
}

/** Yields each model as a group of a search. */
export function* groupModels<Item>(
  outlines: Iterable<RegistryOutline>,
  groupOf: (outline: RegistryOutline) => SearchGroup<Item>,
): Generator<SearchGroup<Item>> {
  for (const outline of outlines) yield groupOf(outline);
}

/** Whether an order begins with this attribute, in this direction. */
export function beginsWith(
  [first]: readonly OrderKey[],
  key: string,
  direction: 'ascending' | 'descending',
): boolean {
  return (
    first?.field.entity === 'attribute' &&
    first.field.key === key &&
    first.descending === (direction === 'descending')
  );
}

const NAMES: SearchTarget<string> = {
  what: 'registered models',
  entities: [],
  attributes: { name: { type: 'string', value: (name) => name } },
  aliases: {},
  values: () => [],
  defaultOrder: [],
  defaultMaxResults: 1,
  greatestMaxResults: 1,
};

/**
 * Returns a test of names: the filter's conditions on the name and, in an order by name, that the name is not before
 * the page.
 */
function nameTest<Item>({
  filter,
  order,
  after,
}: Pick<PlannedSearch<Item>, 'filter' | 'order' | 'after'>): (name: string) => boolean {
  const demands = filter?.kind === 'and' ? filter.operands : filter === undefined ? [] : [filter];
  const tests = demands.filter(isOfNames).map((demand) => matchFilter(NAMES, demand));
  const [from] = after ?? [];
  if (typeof from === 'string' && beginsWith(order, 'name', 'ascending')) {
    tests.push((name) => name >= from);
  }
  return (name) => tests.every((test) => test(name));
}

function isOfNames(filter: Filter): boolean {
  const isOther = ({ entity, key }: FilterField): boolean =>
    entity !== 'attribute' || key !== 'name';
  return !filterNames(filter, isOther);
}
