import type { Option } from 'commander';
import { option } from './command-definition.ts';
import type { CsvForm } from './render/csv.ts';

/** The options of every command that reads a store. */
export interface StoreOptions {
  readonly store?: string;
  readonly json?: boolean;
}

/** The option `--store` of a command that looks into a store. */
export const STORE_TO_LOOK_INTO: Option = option('-s, --store <address>', 'the store to look into');

/** The option `--store` of a command that changes a store. */
export const STORE_TO_CHANGE: Option = option('-s, --store <address>', 'the store to change');

/** The option of a command that programs read too. */
export const JSON_OUTPUT: Option = option('--json', 'print JSON, for programs');

/** The options of a command that looks into a store. */
export const LOOKING: readonly Option[] = [STORE_TO_LOOK_INTO, JSON_OUTPUT];

/** The options of every command that prints CSV. */
export interface CsvOptions {
  readonly csv?: boolean;
  readonly csvRaw?: boolean;
}

/** The options of a command that prints CSV. */
export const CSV_OUTPUT: readonly Option[] = [
  option(
    '--csv',
    'print CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it',
  ).conflicts('json'),
  option('--csv-raw', 'print CSV with every text as it is, for programs').conflicts('json'),
];

/** The options of a command that lists things of a store. */
export const LISTING: readonly Option[] = [...LOOKING, ...CSV_OUTPUT];

/** The form of CSV that was asked for; `undefined` for none. */
export function csvFormOf({ csv, csvRaw }: CsvOptions): CsvForm | undefined {
  if (csvRaw === true) return 'raw';
  return csv === true ? 'sheet' : undefined;
}
