import type { FilterEntity, FilterField, FilterValue } from './filter.ts';
import type { OrderKey } from './order.ts';

/** The type of a field's values. */
export type FieldType = 'string' | 'number';

/** What a filter of a target may say. */
export interface FilterRules {
  /** The target in words, such as `runs`. */
  readonly what: SearchTargetName;
  /** The entities that it has beside attributes. */
  readonly entities: readonly Exclude<FilterEntity, 'attribute'>[];
  readonly attributes: Readonly<Record<string, { readonly type: FieldType }>>;
  /** Whether `IS NULL` is refused, as MLflow's registry does. Default false. */
  readonly refusesNull?: true;
  /** Other names of attributes, in MLflow or its UI. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** The kinds of things that can be searched. */
export type SearchTargetName =
  | 'runs'
  | 'experiments'
  | 'registered models'
  | 'model versions'
  | 'logged models';

/** One attribute: its type, and where it is. */
export interface Attribute<Item> {
  readonly type: FieldType;
  readonly value: (item: Item) => FilterValue | undefined;
  /** What items are ordered by, where that is not the value. */
  readonly orderValue?: (item: Item) => FilterValue | undefined;
}

/** One kind of things that can be searched: what a filter may name, and how it is read. */
export interface SearchTarget<Item> extends FilterRules {
  readonly attributes: Readonly<Record<string, Attribute<Item>>>;
  /** The values of a field that is no attribute: none when it is missing, several for datasets. */
  readonly values: (item: Item, field: FilterField) => readonly FilterValue[];
  /** The value of a field that an item is ordered by, where that is not the first of `values`. */
  readonly orderValue?: ((item: Item, field: FilterField) => FilterValue | undefined) | undefined;
  /** Total: its last keys tell any two items apart. */
  readonly defaultOrder: readonly OrderKey[];
  /** Total too: what is appended to every other order; `defaultOrder` when absent. */
  readonly tieOrder?: readonly OrderKey[] | undefined;
  readonly defaultMaxResults: number;
  /** MLflow's limit (utils/validation.py). */
  readonly greatestMaxResults: number;
}

/** The type that the values of a field have. */
export function fieldType(rules: FilterRules, field: FilterField): FieldType {
  if (field.entity === 'attribute') return rules.attributes[field.key]?.type ?? 'string';
  return field.entity === 'metric' ? 'number' : 'string';
}

/** How the values of a field are read from an item. */
export function fieldReader<Item>(
  target: SearchTarget<Item>,
  field: FilterField,
): (item: Item) => readonly FilterValue[] {
  if (field.entity !== 'attribute') return (item) => target.values(item, field);
  const attribute = target.attributes[field.key];
  return (item) => {
    const value = attribute?.value(item);
    return value === undefined ? [] : [value];
  };
}
