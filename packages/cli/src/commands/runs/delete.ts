import { argument, type CommandDefinition } from '../../command-definition.ts';
import { openExistingStore } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';

/** `tidemark runs delete`. */
export const deleteRuns: CommandDefinition = {
  name: 'delete',
  summary: 'Delete runs. They are hidden and refuse writes until you restore them.',
  arguments: [argument('<runs...>', 'ids or their first characters, names, or `latest`')],
  options: [STORE_TO_CHANGE],
  notes: `\`latest\` is the newest run that is not deleted. Called again, the command
deletes the run before it.`,
  async action(said: string[], options: StoreOptions, terminal: Terminal) {
    const { deleteRun } = await import('@tidemark/core');
    const { findEachRun } = await import('../../find-each-run.ts');
    const store = await openExistingStore(options);
    for (const { runId, name } of await findEachRun(store, said)) {
      await deleteRun(store, runId);
      say(
        terminal,
        `Deleted ${printable(name)} (${runId}). To restore it: tidemark runs restore ${runId}\n`,
      );
    }
  },
};
