import { deleteRun, restoreRun, type Store } from '@tidemark/core';
import { findRun } from '../find-run.ts';
import { openExistingStore } from '../open.ts';
import { printable } from '../render/style.ts';
import type { Terminal } from '../terminal.ts';

/** Deletes runs softly. @throws RUN_NOT_FOUND; INVALID_ARGUMENT when several could be meant */
export async function deleteRuns(
  said: readonly string[],
  options: { readonly store?: string },
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  for (const { runId, name } of await findRuns(store, said)) {
    await deleteRun(store, runId);
    terminal.out(
      `Deleted ${printable(name)} (${runId}). Bring it back with: tidemark runs restore ${runId}\n`,
    );
  }
  await store.close();
}

/** Brings deleted runs back. @throws RUN_NOT_FOUND, EXPERIMENT_DELETED */
export async function restoreRuns(
  said: readonly string[],
  options: { readonly store?: string },
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  for (const { runId, name } of await findRuns(store, said)) {
    await restoreRun(store, runId);
    terminal.out(`Restored ${printable(name)} (${runId}).\n`);
  }
  await store.close();
}

/** All of them are found before any is changed. */
function findRuns(store: Store, said: readonly string[]) {
  return Promise.all(said.map((text) => findRun(store, text)));
}
