import type { Run } from '@tidemark/core';
import { paramType } from './param-type.ts';
import type { ColumnType, TableDescription } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';
import { TABLES } from './store-tables.ts';
import { unitOf } from './unit-of.ts';

/** A metric, param or tag that runs of a store have. */
export interface KeyDescription {
  readonly kind: 'metric' | 'param' | 'tag';
  readonly key: string;
  /**
   * The narrowest type that all its values have, and the type of its column in `runs_wide` if all runs with it are of one
   * experiment. In the tables `params` and `tags` every value is VARCHAR.
   */
  readonly type: ColumnType;
  /** Such as `MB`, if the key tells it. */
  readonly unit?: string;
  /** How many runs have it. */
  readonly runs: number;
}

/** The tables of SQL over a store, and the keys that its runs have. */
export interface StoreSchema {
  readonly tables: readonly TableDescription[];
  /** Metrics, then params, then tags, each sorted by key. */
  readonly keys: readonly KeyDescription[];
}

/** Returns the tables, and the keys of the runs in the records. */
export function storeSchema({ runs }: StoreRecords): StoreSchema {
  return {
    tables: TABLES,
    keys: [
      ...described(
        'metric',
        valuesByKey(runs, ({ metrics }) => metrics),
        () => 'DOUBLE',
      ),
      ...described(
        'param',
        valuesByKey(runs, ({ params }) => params),
        paramType,
      ),
      ...described(
        'tag',
        valuesByKey(runs, ({ tags }) => tags),
        () => 'VARCHAR',
      ),
    ],
  };
}

function valuesByKey<Value>(
  runs: readonly Run[],
  record: (run: Run) => Readonly<Record<string, Value>>,
): ReadonlyMap<string, readonly Value[]> {
  const found = new Map<string, Value[]>();
  for (const run of runs) {
    for (const [key, value] of Object.entries(record(run))) {
      const values = found.get(key) ?? [];
      found.set(key, values);
      values.push(value);
    }
  }
  return found;
}

function described<Value>(
  kind: KeyDescription['kind'],
  found: ReadonlyMap<string, readonly Value[]>,
  typeOf: (values: readonly Value[]) => ColumnType,
): KeyDescription[] {
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => {
      const unit = unitOf(key);
      const type = typeOf(values);
      return { kind, key, type, ...(unit === undefined ? {} : { unit }), runs: values.length };
    });
}
