import type { DatasetInput } from '@tidemark/core';
import type { ActiveRun } from '../run/active-run.ts';

/** The context of running code: the active runs, and the datasets that wait for a run. */
export interface AmbientScope {
  /** The innermost run is last. */
  readonly runs: ActiveRun[];
  readonly waiting: WaitingDatasets;
  /** Whether a run without a body is being opened at this moment. */
  opening: boolean;
}

/**
 * Datasets that were read while no run was active. Every run that starts in the scope gets them, until another
 * dataset is read: a sweep reads once and trains many times. The first read after a run got them starts a new set,
 * so that a program that reads version 0, trains, reads version 1 and trains again does not mix the two.
 */
export class WaitingDatasets {
  readonly #inputs = new Map<string, DatasetInput>();
  #taken = false;

  /** Adds a dataset that was read. Adding the same one again changes nothing. */
  add(input: DatasetInput): void {
    if (this.#taken) this.#inputs.clear();
    this.#taken = false;
    const { dataset, tags } = input;
    this.#inputs.set(JSON.stringify([dataset.name, dataset.digest, tags]), input);
  }

  /** Returns the datasets for a run that starts now. */
  take(): readonly DatasetInput[] {
    this.#taken = true;
    return [...this.#inputs.values()];
  }
}

/** Keeps the ambient scope: with AsyncLocalStorage in Node, as one scope in a browser. */
export interface Ambient {
  current(): AmbientScope;
  /** Runs the body, and everything asynchronous that it starts, in its own scope. */
  within<T>(scope: AmbientScope, body: () => T): T;
}

/** Returns a scope without runs and datasets. */
export function emptyScope(): AmbientScope {
  return { runs: [], waiting: new WaitingDatasets(), opening: false };
}
