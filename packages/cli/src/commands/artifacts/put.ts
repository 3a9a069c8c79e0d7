import { argument, type CommandDefinition } from '../../command-definition.ts';
import { JSON_OUTPUT, STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { RUN } from '../runs/run-argument.ts';

/** `tidemark artifacts put`. */
export const put: CommandDefinition = {
  name: 'put',
  summary: 'Store a file, or every file of a folder, as artifacts of a run.',
  arguments: [
    RUN,
    argument('<local>', 'a file or a folder of this machine; `-` reads standard input'),
    argument('[folder]', 'the artifact folder; with `-` the path of the artifact'),
  ],
  options: [STORE_TO_CHANGE, JSON_OUTPUT],
  async action(
    run: string,
    local: string,
    folder: string | undefined,
    options: StoreOptions,
    terminal: Terminal,
  ) {
    const { putArtifacts } = await import('./put-artifacts.ts');
    await putArtifacts(run, local, folder, options, terminal);
  },
};
