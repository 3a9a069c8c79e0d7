import type { Command } from 'commander';
import { positiveInteger } from '../positive-integer.ts';
import type { Terminal } from '../terminal.ts';
import type { DeltaOptions } from './delta-table.ts';

/** `delta`: tables that runs read and wrote. */
export function registerDelta(program: Command, terminal: Terminal): void {
  const commands = () => import('./delta-table.ts');
  const delta = program
    .command('delta')
    .description('Look into Delta tables: versions, schema, rows.')
    .addHelpText(
      'after',
      `
Examples:
  tidemark delta versions ./penguins
  tidemark delta show ./penguins --at 3
  tidemark delta preview ./penguins --at 2026-11-01T12:00Z --columns species,mass_g`,
    );
  const sub = (name: string): Command =>
    delta
      .command(name)
      .argument('<table>', "the table's folder")
      .option('--json', 'print JSON, for programs');
  const AT = ['--at <version>', 'its number, or a time; the latest by default'] as const;
  sub('versions')
    .description('List the versions of a table, newest first, and what made them.')
    .option('-n, --limit <count>', 'at most this many', positiveInteger, 20)
    .action(async (table: string, options: DeltaOptions) => {
      await (await commands()).listVersions(table, options, terminal);
    });
  sub('show')
    .description('Show one version: schema, files, properties, and the digest that pins it.')
    .option(...AT)
    .action(async (table: string, options: DeltaOptions) => {
      await (await commands()).showVersion(table, options, terminal);
    });
  sub('preview')
    .description('Show the first rows of one version.')
    .option(...AT)
    .option('-n, --limit <count>', 'so many rows', positiveInteger, 10)
    .option('--columns <names>', 'only these columns, with commas between')
    .option('--csv', 'print CSV, for programs')
    .action(async (table: string, options: DeltaOptions) => {
      await (await commands()).previewRows(table, options, terminal);
    });
}
