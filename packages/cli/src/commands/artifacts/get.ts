import { CheckFailed } from '../../check-failed.ts';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { LOOKING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { GetArtifactsOptions } from './get-artifacts.ts';
import { OWNER } from './owner-argument.ts';

/** `tidemark artifacts get`. */
export const get: CommandDefinition = {
  name: 'get',
  summary: 'Copy a file or a folder to this machine, compared with its recorded digest.',
  arguments: [OWNER, argument('[path]', 'a file or a folder of it; everything by default')],
  options: [
    ...LOOKING,
    option('-o, --output <path>', 'where to; `-` writes one file to standard output'),
    option('--force', 'write over files that are there'),
  ],
  notes: `A file goes to its own name in the working directory, a folder's files into a
folder of its name, everything into a folder called as the run or model. Nothing
is written outside.
Exit code 1 when a file is only a reference to another place.`,
  async action(
    of: string,
    path: string | undefined,
    options: GetArtifactsOptions,
    terminal: Terminal,
  ) {
    const { getArtifacts } = await import('./get-artifacts.ts');
    if (await getArtifacts(of, path, options, terminal)) return;
    throw new CheckFailed('some files are not in the store');
  },
};
