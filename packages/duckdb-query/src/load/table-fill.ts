import type { DuckDBAppender, DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Duckdb } from '../duckdb/duckdb.ts';
import type { CellInput, ColumnType, SqlTable } from '../tables/sql-table.ts';

/** DuckDB's vector size, in rows: the most that it appends at once. */
export const CHUNK_ROWS = 2048;

type Encode = (value: Exclude<CellInput, undefined>) => DuckDBValue;

/** Fills one table with whole columns of 2048 rows at a time. Inserts of single rows are a thousand times slower. */
export class TableFill<Source> {
  readonly #duckdb: Duckdb;
  readonly #appender: DuckDBAppender;
  readonly #table: SqlTable<Source>;
  readonly #types: readonly DuckDBType[];
  readonly #encodes: readonly Encode[];
  #columns: DuckDBValue[][];

  private constructor(duckdb: Duckdb, appender: DuckDBAppender, table: SqlTable<Source>) {
    this.#duckdb = duckdb;
    this.#appender = appender;
    this.#table = table;
    this.#types = table.columns.map(({ type }) => duckdbType(duckdb, type));
    this.#encodes = table.columns.map(({ type }) => encodeOf(duckdb, type));
    this.#columns = this.#types.map(() => []);
  }

  /** Starts to fill an existing table of the connection's database. */
  static async begin<Source>(
    duckdb: Duckdb,
    connection: DuckDBConnection,
    table: SqlTable<Source>,
  ): Promise<TableFill<Source>> {
    return new TableFill(duckdb, await connection.createAppender(table.name), table);
  }

  /** Adds the rows that the table derives from a source. */
  add(source: Source): void {
    const { values } = this.#table;
    for (const item of this.#table.items(source)) {
      for (let index = 0; index < values.length; index += 1) {
        const value = values[index]?.(item);
        const cell = value === undefined ? null : (this.#encodes[index] as Encode)(value);
        this.#columns[index]?.push(cell);
      }
      if (this.#columns[0]?.length === CHUNK_ROWS) this.#appendChunk();
    }
  }

  /** Writes the remaining rows. Afterwards nothing can be added. */
  finish(): void {
    if (this.#columns[0]?.length !== 0) this.#appendChunk();
    this.#appender.closeSync();
  }

  #appendChunk(): void {
    const rowCount = this.#columns[0]?.length ?? 0;
    const chunk = this.#duckdb.DuckDBDataChunk.create(this.#types, rowCount);
    chunk.setColumns(this.#columns);
    this.#appender.appendDataChunk(chunk);
    this.#columns = this.#types.map(() => []);
  }
}

function duckdbType(duckdb: Duckdb, type: ColumnType): DuckDBType {
  switch (type) {
    case 'VARCHAR':
      return duckdb.VARCHAR;
    case 'BIGINT':
      return duckdb.BIGINT;
    case 'DOUBLE':
      return duckdb.DOUBLE;
    case 'BOOLEAN':
      return duckdb.BOOLEAN;
    case 'TIMESTAMP WITH TIME ZONE':
      return duckdb.TIMESTAMPTZ;
    case 'VARCHAR[]':
      return duckdb.LIST(duckdb.VARCHAR);
    case 'MAP(VARCHAR, VARCHAR)':
      return duckdb.MAP(duckdb.VARCHAR, duckdb.VARCHAR);
  }
}

function encodeOf(duckdb: Duckdb, type: ColumnType): Encode {
  switch (type) {
    case 'BIGINT':
      return (value) => BigInt(value as number);
    case 'TIMESTAMP WITH TIME ZONE':
      return (value) => new duckdb.DuckDBTimestampTZValue(BigInt(value as number) * 1000n);
    case 'VARCHAR[]':
      return (value) => duckdb.listValue([...(value as readonly string[])]);
    case 'MAP(VARCHAR, VARCHAR)':
      return (value) =>
        duckdb.mapValue(
          Object.entries(value as Readonly<Record<string, string>>).map(([key, text]) => ({
            key,
            value: text,
          })),
        );
    default:
      return (value) => value as DuckDBValue;
  }
}
