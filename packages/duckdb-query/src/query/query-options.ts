import { assertOptions, TidemarkError } from '@tidemark/core';
import type { ResultFormat } from '../result/encode-result.ts';
import type { TimestampForm } from '../result/query-value.ts';
import type { RowSchema } from '../result/row-schema.ts';
import type { ReportProgress } from './query-progress.ts';

/** Options of every query. */
export interface QueryOptions {
  /** Stops the query, which then fails with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The most rows of the result. More are not computed, and `isCut` tells that there were more. Default: all. */
  readonly maxRows?: number;
  /** Called about five times a second while the query runs. */
  readonly onProgress?: ReportProgress;
}

/** Options of a query that returns rows. */
export interface QueryRunOptions extends QueryOptions {
  /** The form of timestamps in rows. Default: `date`. */
  readonly timestamps?: TimestampForm;
}

/** Options of a query whose rows have a type. */
export interface SchemaOptions<Row> extends QueryRunOptions {
  /** Checks each row and gives it its type, such as a schema of zod. Default: rows are as DuckDB returns them. */
  readonly schema: RowSchema<Row>;
}

/** Options of a query whose result is bytes. */
export interface EncodeOptions extends QueryOptions {
  readonly format: ResultFormat;
}

/** Checks the options of every query. @throws INVALID_ARGUMENT */
export function assertQueryOptions(options: QueryOptions): void {
  assertOptions(options, 'a query', {
    signal: 'signal?',
    maxRows: 'number?',
    onProgress: 'function?',
  });
  if (options.maxRows !== undefined) assertMaxRows(options.maxRows);
}

function assertMaxRows(maxRows: number): void {
  if (maxRows === Number.POSITIVE_INFINITY) return;
  if (Number.isSafeInteger(maxRows) && maxRows >= 0) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The most rows ${maxRows} is not a whole number, 0 or more. Leave it out for all rows.`,
    { details: { maxRows } },
  );
}
