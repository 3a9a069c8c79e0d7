import { findRun, type Run, type Store } from '@tidemark/core';

/** Finds several runs, each once, so that all are found before any is changed. @throws the errors of `findRun` */
export async function findEachRun(store: Store, said: readonly string[]): Promise<Run[]> {
  const found = await Promise.all(said.map((text) => findRun(store, text)));
  return [...new Map(found.map((run) => [run.runId, run])).values()];
}
