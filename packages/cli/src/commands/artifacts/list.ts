import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { LOOKING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { ListArtifactsOptions } from './list-artifacts.ts';
import { OWNER } from './owner-argument.ts';

/** `tidemark artifacts list`. */
export const list: CommandDefinition = {
  name: 'list',
  summary: 'List the files of one folder with their sizes and digests.',
  arguments: [OWNER, argument('[path]', 'a folder below it (default: the root)')],
  options: [...LOOKING, option('-r, --recursive', 'include all subfolders')],
  async action(
    of: string,
    path: string | undefined,
    options: ListArtifactsOptions,
    terminal: Terminal,
  ) {
    const { listOwnArtifacts } = await import('./list-artifacts.ts');
    await listOwnArtifacts(of, path, options, terminal);
  },
};
