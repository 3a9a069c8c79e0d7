import { openStore } from '@tidemark/client';
import {
  assertExperimentName,
  deleteExperiment,
  renameExperiment,
  restoreExperiment,
} from '@tidemark/core';
import { findExperiment } from '../find-experiment.ts';
import { openExistingStore } from '../open.ts';
import { printable } from '../render/style.ts';
import type { Terminal } from '../terminal.ts';

interface StoreOption {
  readonly store?: string;
}

/** Creates an experiment, and the store where there is none. @throws EXPERIMENT_EXISTS, INVALID_KEY */
export async function createExperiment(
  name: string,
  options: StoreOption,
  terminal: Terminal,
): Promise<void> {
  assertExperimentName(name);
  const store = await openStore(options.store);
  const { experimentId } = await store.createExperiment({ name, creationTimeMs: Date.now() });
  await store.close();
  terminal.out(`Created ${printable(name)} (${experimentId}).\n`);
}

/** Deletes an experiment softly, and its runs with it. @throws EXPERIMENT_NOT_FOUND */
export async function removeExperiment(
  said: string,
  options: StoreOption,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const { experimentId, name } = await findExperiment(store, said);
  await deleteExperiment(store, experimentId);
  await store.close();
  terminal.out(
    `Deleted ${printable(name)} (${experimentId}) and its runs. Bring them back with: tidemark experiments restore ${experimentId}\n`,
  );
}

/** Brings a deleted experiment back. @throws EXPERIMENT_NOT_FOUND */
export async function bringBackExperiment(
  said: string,
  options: StoreOption,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const { experimentId, name } = await findExperiment(store, said);
  await restoreExperiment(store, experimentId);
  await store.close();
  terminal.out(`Restored ${printable(name)} (${experimentId}) and its runs.\n`);
}

/** Gives an experiment another name. @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_EXISTS, INVALID_KEY */
export async function changeExperimentName(
  said: string,
  name: string,
  options: StoreOption,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const experiment = await findExperiment(store, said);
  await renameExperiment(store, experiment.experimentId, name);
  await store.close();
  terminal.out(`${printable(experiment.name)} is now ${printable(name)}.\n`);
}
