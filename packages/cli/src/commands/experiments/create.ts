import { argument, type CommandDefinition } from '../../command-definition.ts';
import { openForCommand } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';

/** `tidemark experiments create`, which also creates a missing store. */
export const create: CommandDefinition = {
  name: 'create',
  summary: 'Create an experiment.',
  arguments: [argument('<name>', 'the name of the experiment')],
  options: [STORE_TO_CHANGE],
  async action(name: string, options: StoreOptions, terminal: Terminal) {
    const { assertExperimentName } = await import('@tidemark/core');
    assertExperimentName(name);
    const store = await openForCommand(options.store);
    const { experimentId } = await store.createExperiment({ name, creationTimeMs: Date.now() });
    say(terminal, `Created ${printable(name)} (${experimentId}).\n`);
  },
};
