import type { Command } from 'commander';
import { CheckFailed } from '../check-failed.ts';
import { looking, STORE_TO_CHANGE, type StoreOptions } from '../store-options.ts';
import type { Terminal } from '../terminal.ts';
import type { GetArtifactsOptions } from './get-artifacts.ts';
import type { ListArtifactsOptions } from './list-artifacts.ts';

const OF = [
  '<of>',
  'a run (id, beginning of it, name, `latest`), a logged model m-…, or an address: runs:/<run>/<path>, models:/<name>/<version>, models:/<name>@<alias>',
] as const;

/** `artifacts`: the files of runs and models. */
export function registerArtifacts(program: Command, terminal: Terminal): void {
  const artifacts = program
    .command('artifacts')
    .description('List, get and put the files of runs and models.')
    .addHelpText(
      'after',
      `
Examples:
  tidemark artifacts list latest
  tidemark artifacts get latest plots -o ./plots
  tidemark artifacts get models:/penguins@champion -o ./model
  tidemark artifacts get latest error.txt -o - | less
  tidemark artifacts put latest ./report.html reports`,
    );
  looking(artifacts.command('list'))
    .description('List the files of one folder, with size and digest.')
    .argument(...OF)
    .argument('[path]', 'a folder of it; its root by default')
    .option('-r, --recursive', 'with everything below')
    .action(async (of: string, path: string | undefined, options: ListArtifactsOptions) => {
      const { listOwnArtifacts } = await import('./list-artifacts.ts');
      await listOwnArtifacts(of, path, options, terminal);
    });
  looking(artifacts.command('get'))
    .description('Copy a file or a folder to this machine, compared with its recorded digest.')
    .argument(...OF)
    .argument('[path]', 'a file or a folder of it; everything by default')
    .option('-o, --output <path>', 'where to; `-` writes one file to standard output')
    .option('--force', 'write over files that are there')
    .addHelpText(
      'after',
      `
A file goes to its own name in the working directory, a folder's files into a folder of its
name, everything into a folder called as the run or model. Nothing is written outside.
Exit code 1 when a file lies elsewhere and is only referred to.`,
    )
    .action(async (of: string, path: string | undefined, options: GetArtifactsOptions) => {
      const { getArtifacts } = await import('./get-artifacts.ts');
      if (await getArtifacts(of, path, options, terminal)) return;
      throw new CheckFailed('some files are not in the store');
    });
  artifacts
    .command('put')
    .description('Store a file, or every file of a folder, as artifacts of a run.')
    .argument('<run>', "the run's id or the beginning of it, its name, or `latest`")
    .argument('<local>', 'a file or a folder of this machine; `-` reads standard input')
    .argument('[folder]', 'the folder to put it into; with `-` the path of the file')
    .option(...STORE_TO_CHANGE)
    .option('--json', 'print JSON, for programs')
    .action(
      async (run: string, local: string, folder: string | undefined, options: StoreOptions) => {
        const { putArtifacts } = await import('./put-artifacts.ts');
        await putArtifacts(run, local, folder, options, terminal);
      },
    );
}
