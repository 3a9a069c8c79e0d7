import type { FilterEntity, FilterField, FilterValue } from './filter.ts';
import type { OrderKey } from './order.ts';

/** The type of a field's values. */
export type FieldType = 'string' | 'number';

/** The fields that a filter of a target may name. */
export interface FilterRules {
  /** The target in words, such as `runs`. */
  readonly what: SearchTargetName;
  /** The entities that it has in addition to attributes. */
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
  /** The value that items are ordered by, if it differs from the value that filters compare. */
  readonly orderValue?: (item: Item) => FilterValue | undefined;
}

/** One kind of things that can be searched: the fields that a filter may name, and how to read them. */
export interface SearchTarget<Item> extends FilterRules {
  readonly attributes: Readonly<Record<string, Attribute<Item>>>;
  /** The values of a field that is not an attribute: none if it is missing, several for datasets. */
  readonly values: (item: Item, field: FilterField) => readonly FilterValue[];
  /** The value of a field that an item is ordered by, if it is not the first of `values`. */
  readonly orderValue?: ((item: Item, field: FilterField) => FilterValue | undefined) | undefined;
  /** A total order: its last keys differ for any two items. */
  readonly defaultOrder: readonly OrderKey[];
  /** The keys that are appended to every other order, also total. Default: `defaultOrder`. */
  readonly tieOrder?: readonly OrderKey[] | undefined;
  readonly defaultMaxResults: number;
  /** MLflow's limit (utils/validation.py). */
  readonly greatestMaxResults: number;
}

/** Returns the type of the values of a field. */
export function fieldType(rules: FilterRules, field: FilterField): FieldType {
  if (field.entity === 'attribute') return rules.attributes[field.key]?.type ?? 'string';
  return field.entity === 'metric' ? 'number' : 'string';
}

/** Returns a function that reads the values of a field from an item. */
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
