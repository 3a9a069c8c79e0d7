/** The types of the columns of the store's tables, in DuckDB's names. */
export type ColumnType =
  | 'VARCHAR'
  | 'BIGINT'
  | 'DOUBLE'
  | 'BOOLEAN'
  | 'TIMESTAMP WITH TIME ZONE'
  | 'VARCHAR[]'
  | 'MAP(VARCHAR, VARCHAR)';

/** A column, as it is documented. */
export interface ColumnDescription {
  readonly name: string;
  readonly type: ColumnType;
  /** Such as `ms`, if the name tells it. */
  readonly unit?: string;
  readonly description: string;
}

/** A table, as it is documented. */
export interface TableDescription {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly ColumnDescription[];
}

/** A value before it is written to DuckDB. Times are milliseconds since 1970. */
export type CellInput =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string>>
  | undefined;

/** A column, and the function that gets its value from the item of a row. */
export interface Column<Item> {
  readonly type: ColumnType;
  readonly description: string;
  readonly value: (item: Item) => CellInput;
}

/** A table whose rows are derived from the records of a store, one row for each item. */
export interface SqlTable<Source, Item = unknown> extends TableDescription {
  readonly items: (source: Source) => Iterable<Item>;
  readonly values: readonly ((item: Item) => CellInput)[];
}

/** Defines a table. */
export function sqlTable<Source, Item>(definition: {
  readonly name: string;
  readonly description: string;
  readonly columns: Readonly<Record<string, Column<Item>>>;
  readonly items: (source: Source) => Iterable<Item>;
}): SqlTable<Source> {
  const columns = Object.entries(definition.columns);
  const table: SqlTable<Source, Item> = {
    name: definition.name,
    description: definition.description,
    columns: columns.map(([name, { type, description }]) => ({ name, type, description })),
    items: definition.items,
    values: columns.map(([, { value }]) => value),
  };
  // The items of a table meet only its own columns, so their type is hidden from the outside.
  return table as unknown as SqlTable<Source>;
}

/** VARCHAR; undefined becomes NULL, as in every column. */
export function text<Item>(
  description: string,
  value: (item: Item) => string | undefined,
): Column<Item> {
  return { type: 'VARCHAR', description, value };
}

/** BIGINT. */
export function whole<Item>(
  description: string,
  value: (item: Item) => number | undefined,
): Column<Item> {
  return { type: 'BIGINT', description, value };
}

/** DOUBLE. */
export function real<Item>(
  description: string,
  value: (item: Item) => number | undefined,
): Column<Item> {
  return { type: 'DOUBLE', description, value };
}

/** BOOLEAN. */
export function truth<Item>(
  description: string,
  value: (item: Item) => boolean | undefined,
): Column<Item> {
  return { type: 'BOOLEAN', description, value };
}

/** TIMESTAMP WITH TIME ZONE, from milliseconds since 1970. */
export function time<Item>(
  description: string,
  value: (item: Item) => number | undefined,
): Column<Item> {
  return { type: 'TIMESTAMP WITH TIME ZONE', description, value };
}

/** VARCHAR[]. */
export function texts<Item>(
  description: string,
  value: (item: Item) => readonly string[] | undefined,
): Column<Item> {
  return { type: 'VARCHAR[]', description, value };
}

/** MAP(VARCHAR, VARCHAR). */
export function textMap<Item>(
  description: string,
  value: (item: Item) => Readonly<Record<string, string>> | undefined,
): Column<Item> {
  return { type: 'MAP(VARCHAR, VARCHAR)', description, value };
}

/** The statement that creates the table, empty. */
export function createTableSql(table: TableDescription): string {
  return `CREATE TABLE "${table.name}" (${columnsSql(table)})`;
}

/** The columns of a table, as a statement that creates it has them. */
export function columnsSql({ columns }: TableDescription): string {
  return columns.map(({ name, type }) => `"${name.replaceAll('"', '""')}" ${type}`).join(', ');
}
