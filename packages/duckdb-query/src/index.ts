export { type RunFilterSqlOptions, runFilterSql } from './filter/run-filter-sql.ts';
export { type SealReport, type SealStoreOptions, sealStore } from './lake/seal-store.ts';
export { type OpenQueryOptions, openQuery, type QuerySqlOptions, querySql } from './open-query.ts';
export type {
  EncodeOptions,
  QueryOptions,
  QueryRunOptions,
  SchemaOptions,
} from './query/query-options.ts';
export type { QueryParameter, QueryParameters } from './query/query-parameter.ts';
export type { QueryProgress, ReportProgress } from './query/query-progress.ts';
export type { QuerySession } from './query/query-session.ts';
export { type EncodedResult, RESULT_FORMATS, type ResultFormat } from './result/encode-result.ts';
export type { QueryColumn, QueryResult, QueryRow, QueryStream } from './result/query-row.ts';
export type { QueryValue, TimestampForm } from './result/query-value.ts';
export type { CheckedRow, RowIssue, RowSchema } from './result/row-schema.ts';
export { isNumberType, plainCell } from './result/text-results.ts';
export type { ColumnResult, TypedColumn, TypedValues } from './result/typed-columns.ts';
export type { ColumnDescription, ColumnType, TableDescription } from './tables/sql-table.ts';
export { TABLES } from './tables/store-tables.ts';
export { RUNS_WIDE } from './tables/wide-runs-table.ts';
