import { argument, type CommandDefinition } from '../../command-definition.ts';
import { openExistingStore } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';

/** `tidemark runs restore`. */
export const restore: CommandDefinition = {
  name: 'restore',
  summary: 'Restore deleted runs.',
  arguments: [argument('<runs...>', 'ids or their first characters, or names')],
  options: [STORE_TO_CHANGE],
  async action(said: string[], options: StoreOptions, terminal: Terminal) {
    const { restoreRun } = await import('@tidemark/core');
    const { findEachRun } = await import('../../find-each-run.ts');
    const store = await openExistingStore(options);
    for (const { runId, name } of await findEachRun(store, said)) {
      await restoreRun(store, runId);
      say(terminal, `Restored ${printable(name)} (${runId}).\n`);
    }
  },
};
