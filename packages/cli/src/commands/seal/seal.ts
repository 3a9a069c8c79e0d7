import { type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { SealOptions } from './seal-lake.ts';

/** `tidemark seal`. */
export const seal: CommandDefinition = {
  name: 'seal',
  summary: 'Put the runs that have ended into Delta tables, for SQL and every other engine.',
  options: [
    option('-s, --store <address>', 'the store to seal: a folder of this machine'),
    option('--rebuild', 'delete the tables first, and make all of them again'),
    JSON_OUTPUT,
  ],
  async action(options: SealOptions, terminal: Terminal) {
    const { sealLake } = await import('./seal-lake.ts');
    await sealLake(options, terminal);
  },
};
