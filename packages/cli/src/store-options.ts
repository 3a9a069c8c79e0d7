import type { CsvForm } from '@tidemark/core';
import type { Option } from 'commander';
import { option } from './command-definition.ts';

/** Options of every command that reads a store. */
export interface StoreOptions {
  readonly store?: string;
  readonly json?: boolean;
}

/** The option `--store` of a command that reads a store. */
export const STORE_TO_READ: Option = option('-s, --store <address>', 'the store to read');

/** The option `--store` of a command that changes a store. */
export const STORE_TO_CHANGE: Option = option('-s, --store <address>', 'the store to change');

/** The option of a command that prints JSON. */
export const JSON_OUTPUT: Option = option('--json', 'print JSON, for programs');

/** Options of a command that reads a store. */
export const LOOKING: readonly Option[] = [STORE_TO_READ, JSON_OUTPUT];

/** Values of the options for CSV. */
export interface CsvOptions {
  readonly csv?: boolean;
  readonly csvRaw?: boolean;
}

/** Options of a command that prints CSV. */
export const CSV_OUTPUT: readonly Option[] = [
  option(
    '--csv',
    'print CSV for spreadsheets: text that looks like a formula gets an apostrophe',
  ).conflicts('json'),
  option('--csv-raw', 'print CSV for programs, with every text unchanged').conflicts('json'),
];

/** Options of a command that lists things of a store. */
export const LISTING: readonly Option[] = [...LOOKING, ...CSV_OUTPUT];

/** Returns the requested form of CSV, or `undefined` for none. */
export function csvFormOf({ csv, csvRaw }: CsvOptions): CsvForm | undefined {
  if (csvRaw === true) return 'raw';
  return csv === true ? 'sheet' : undefined;
}
