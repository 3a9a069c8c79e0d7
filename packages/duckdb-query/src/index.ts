export {
  type AggregateByOptions,
  aggregateBy,
  type ParamAggregate,
} from './analysis/aggregate-by.ts';
export {
  type AggregateCurve,
  type AggregateCurvesOptions,
  aggregateCurves,
} from './analysis/aggregate-curves.ts';
export {
  type ComparedRun,
  type CompareRunsOptions,
  compareRuns,
  type RunDifference,
  type RunsComparison,
} from './analysis/compare-runs.ts';
export { type LeaderboardOptions, leaderboard, type RankedRun } from './analysis/leaderboard.ts';
export type { MeasuredValue } from './analysis/measured-value.ts';
export type { SelectedRuns } from './analysis/selected-runs.ts';
export type { Spread } from './analysis/spread.ts';
export { type RunFilterSqlOptions, runFilterSql } from './filter/run-filter-sql.ts';
export type { SealReport } from './lake/seal-report.ts';
export { type SealStoreOptions, sealStore } from './lake/seal-store.ts';
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
export type { KeyDescription, StoreSchema } from './tables/store-schema.ts';
export { TABLES } from './tables/store-tables.ts';
export { RUNS_WIDE } from './tables/wide-runs-table.ts';
