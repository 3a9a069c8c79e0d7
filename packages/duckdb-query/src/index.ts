export { type OpenQueryOptions, openQuery, type QuerySqlOptions, querySql } from './open-query.ts';
export type { QueryParameter, QueryParameters } from './query/query-parameter.ts';
export type { QueryColumn, QueryResult, QueryRow, QueryStream } from './query/query-row.ts';
export type { QueryRunOptions, QuerySession } from './query/query-session.ts';
export type { QueryValue, TimestampForm } from './query/query-value.ts';
export type { ColumnDescription, ColumnType, TableDescription } from './tables/sql-table.ts';
export { TABLES } from './tables/store-tables.ts';
export { RUNS_WIDE } from './tables/wide-runs-table.ts';
