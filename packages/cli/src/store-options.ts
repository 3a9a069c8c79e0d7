import { type Command, Option } from 'commander';

/** The options of every command that reads a store. */
export interface StoreOptions {
  readonly store?: string;
  readonly json?: boolean;
}

/** The option `--store` of a command that changes a store. */
export const STORE_TO_CHANGE = ['-s, --store <address>', 'the store to change'] as const;

/** Adds the options of a command that looks into a store. */
export function looking(command: Command): Command {
  return command
    .option('-s, --store <address>', 'the store to look into')
    .option('--json', 'print JSON, for programs');
}

/** Adds the options of a command that lists things of a store. */
export function listing(command: Command): Command {
  return looking(command).addOption(
    new Option('--csv', 'print CSV, for programs').conflicts('json'),
  );
}
