import type { DeltaStructType } from '@tidemark/delta-lineage/tables';
import type { ColumnDescription, ColumnType, TableDescription } from '../tables/sql-table.ts';
import { TABLES } from '../tables/store-tables.ts';

/** The names of the tables of a lake, which are folders in it. */
export type LakeTableName = 'params' | 'tags' | 'metrics' | 'registry_events' | 'runs';

/** A table of a lake. */
export interface LakeTable extends TableDescription {
  readonly name: LakeTableName;
  /** The columns by which the rows of a file are sorted. */
  readonly order: readonly string[];
  /** Roughly the number of bytes that a row takes in a file. */
  readonly bytesPerRow: number;
}

const EXPERIMENT: ColumnDescription = {
  name: 'experiment_id',
  type: 'VARCHAR',
  description: 'The experiment of the run.',
};
const BY_RUN = ['experiment_id', 'run_id'];
const BY_KEY = [...BY_RUN, 'key'];

/**
 * The tables of a lake, in the order in which a seal commits them. The runs come last, because they say what the others
 * have.
 */
export const LAKE_TABLES: readonly LakeTable[] = [
  {
    name: 'params',
    description: 'Params of sealed runs.',
    columns: [EXPERIMENT, ...columnsOf('params')],
    order: BY_KEY,
    bytesPerRow: 20,
  },
  {
    name: 'tags',
    description: 'Tags of sealed runs.',
    columns: [EXPERIMENT, ...columnsOf('tags')],
    order: BY_KEY,
    bytesPerRow: 30,
  },
  {
    name: 'metrics',
    description: 'Every metric point of sealed runs.',
    columns: [EXPERIMENT, ...columnsOf('metrics')],
    order: [...BY_KEY, 'step', 'timestamp'],
    bytesPerRow: 12,
  },
  {
    name: 'registry_events',
    description: 'Events of registered models.',
    columns: columnsOf('registry_activity'),
    order: ['name', 'commit_number', 'position'],
    bytesPerRow: 100,
  },
  {
    name: 'runs',
    description: 'Sealed runs.',
    columns: [
      ...columnsOf('runs').filter(({ name }) => name !== 'lost_reason'),
      {
        name: 'sealed_state',
        type: 'VARCHAR',
        description: 'What tells whether the run has changed since it was sealed.',
      },
    ],
    order: BY_RUN,
    bytesPerRow: 120,
  },
];

/** Returns the table of a name. */
export function lakeTable(name: LakeTableName): LakeTable {
  return LAKE_TABLES.find((table) => table.name === name) as LakeTable;
}

/** Returns the schema of a table in Delta's types. */
export function deltaSchemaOf({ columns }: TableDescription): DeltaStructType {
  return {
    kind: 'struct',
    fields: columns.map(({ name, type, description }) => ({
      name,
      type: { kind: 'primitive', name: DELTA_TYPES[type] },
      nullable: true,
      metadata: { comment: description },
    })),
  };
}

/** The types of the columns of these tables. */
const DELTA_TYPES = {
  VARCHAR: 'string',
  BIGINT: 'long',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  // No table of a lake has lists or maps.
  'VARCHAR[]': 'void',
  'MAP(VARCHAR, VARCHAR)': 'void',
} as const satisfies Record<ColumnType, string>;

function columnsOf(name: string): readonly ColumnDescription[] {
  return TABLES.find((table) => table.name === name)?.columns ?? [];
}
