import { CheckFailed } from '../../check-failed.ts';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { LOOKING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { GetArtifactsOptions } from './get-artifacts.ts';
import { OWNER } from './owner-argument.ts';

/** `tidemark artifacts get`. */
export const get: CommandDefinition = {
  name: 'get',
  summary: 'Copy a file or a folder to this machine, and check the recorded digests.',
  arguments: [OWNER, argument('[path]', 'a file or a folder below it (default: everything)')],
  options: [
    ...LOOKING,
    option('-o, --output <path>', 'where to write; `-` writes one file to standard output'),
    option('--force', 'overwrite existing files'),
  ],
  notes: `By default a file is written to the working directory, a folder to a folder of
the same name, and everything to a folder with the name of the run or model.
Exit code 1: some files are references, whose bytes are not in the store.`,
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
