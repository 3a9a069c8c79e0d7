import type { Duckdb } from '../duckdb/duckdb.ts';
import { arrowBytes } from './arrow-result.ts';
import { parquetBytes } from './parquet-result.ts';
import { columnBatches, type QueryChunks } from './query-chunks.ts';
import type { QueryColumn } from './query-row.ts';
import {
  type ColumnsToEncode,
  csvText,
  jsonAnswerText,
  jsonLinesText,
  jsonText,
  markdownText,
} from './text-results.ts';

/**
 * The formats of results, and the media type of each. `csv` protects spreadsheets from formulas, `csv-raw` keeps every
 * text. `json-answer` has the columns and whether rows were cut next to the rows.
 */
export const RESULT_FORMATS = {
  json: 'application/json',
  'json-answer': 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8; header=present',
  'csv-raw': 'text/csv; charset=utf-8; header=present',
  markdown: 'text/markdown; charset=utf-8',
  arrow: 'application/vnd.apache.arrow.stream',
  parquet: 'application/vnd.apache.parquet',
} as const;

/** A format of results. */
export type ResultFormat = keyof typeof RESULT_FORMATS;

/** A result as bytes, which are made while they are read. They can be read once. */
export interface EncodedResult {
  readonly columns: readonly QueryColumn[];
  readonly rowCount: number;
  /** Whether the query has more rows than `maxRows`. */
  readonly isCut: boolean;
  readonly mediaType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Encodes a result. */
export function encodeResult(
  duckdb: Duckdb,
  result: QueryChunks,
  format: ResultFormat,
): EncodedResult {
  const { columns, rowCount, isCut } = result;
  const bytes = bytesOf(duckdb, result, format);
  return { columns, rowCount, isCut, mediaType: RESULT_FORMATS[format], bytes };
}

function bytesOf(
  duckdb: Duckdb,
  result: QueryChunks,
  format: ResultFormat,
): AsyncIterable<Uint8Array> {
  if (format === 'arrow') return arrowBytes(duckdb, result);
  if (format === 'parquet') return parquetBytes(duckdb, result);
  const { columns, isCut } = result;
  return utf8(textOf({ columns, isCut, batches: columnBatches(duckdb, result, 'text') }, format));
}

function textOf(
  rows: ColumnsToEncode,
  format: Exclude<ResultFormat, 'arrow' | 'parquet'>,
): AsyncIterable<string> {
  switch (format) {
    case 'json':
      return jsonText(rows);
    case 'json-answer':
      return jsonAnswerText(rows);
    case 'ndjson':
      return jsonLinesText(rows);
    case 'csv':
      return csvText(rows, 'sheet');
    case 'csv-raw':
      return csvText(rows, 'raw');
    case 'markdown':
      return markdownText(rows);
  }
}

async function* utf8(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of text) if (piece !== '') yield Buffer.from(piece);
}
