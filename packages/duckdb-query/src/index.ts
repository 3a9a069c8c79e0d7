export { type OpenQueryOptions, openQuery, type QuerySqlOptions, querySql } from './open-query.ts';
export type { QueryParameter, QueryParameters } from './query-parameter.ts';
export type { QueryColumn, QueryResult, QueryRow, QueryStream } from './query-row.ts';
export type { QueryRunOptions, QuerySession } from './query-session.ts';
export type { QueryValue, TimestampForm } from './query-value.ts';
export type { ColumnDescription, ColumnType, TableDescription } from './sql-table.ts';
export { TABLES } from './tables/store-tables.ts';
