import { extname } from 'node:path';
import type { ResultFormat } from '@tidemark/duckdb-query';
import { InvalidArgumentError } from 'commander';

/** A format of `tidemark sql`: `table` is for people. */
export type SqlFormat = 'table' | Exclude<ResultFormat, 'json-answer'>;

/** The formats of `tidemark sql`, and the extensions of files that mean them. */
export const SQL_FORMATS: Readonly<Record<SqlFormat, readonly string[]>> = {
  table: [],
  json: ['.json'],
  ndjson: ['.ndjson', '.jsonl'],
  csv: ['.csv'],
  'csv-raw': [],
  markdown: ['.md'],
  arrow: ['.arrow', '.arrows'],
  parquet: ['.parquet'],
};

/** Parses the value of `--format`. */
export function sqlFormat(text: string): SqlFormat {
  if (Object.hasOwn(SQL_FORMATS, text)) return text as SqlFormat;
  throw new InvalidArgumentError(`Give one of ${Object.keys(SQL_FORMATS).join(', ')}.`);
}

/** What the caller said of the format. */
export interface SaidFormat {
  readonly format?: SqlFormat;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly csvRaw?: boolean;
  readonly output?: string;
}

/** Returns the format that was said, or that the name of the file means. */
export function chosenFormat({ format, json, csv, csvRaw, output }: SaidFormat): SqlFormat {
  if (format !== undefined) return format;
  if (json === true) return 'json';
  if (csvRaw === true) return 'csv-raw';
  if (csv === true) return 'csv';
  const extension = extname(output ?? '').toLowerCase();
  const formats = Object.entries(SQL_FORMATS) as [SqlFormat, readonly string[]][];
  return formats.find(([, extensions]) => extensions.includes(extension))?.[0] ?? 'table';
}
