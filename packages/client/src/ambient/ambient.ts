import type { DatasetInput } from '@tidemark/core';
import type { ActiveRun } from '../run/active-run.ts';

/** What surrounds a piece of running code: the runs open there, and datasets that wait for one. */
export interface AmbientScope {
  /** The innermost run is last. */
  readonly runs: ActiveRun[];
  readonly waiting: WaitingDatasets;
  /** Whether a run without a body is being opened at this moment. */
  opening: boolean;
}

/**
 * Datasets that were read while no run was open. The next run that starts in the scope gets them, and
 * so does every later one until another dataset is read: a sweep reads once and trains many times.
 * The first read after a run took them begins a new set, so that a program that reads version 0,
 * trains, reads version 1 and trains again does not mix the two.
 */
export class WaitingDatasets {
  readonly #inputs = new Map<string, DatasetInput>();
  #taken = false;

  /** Notes a dataset that was read; the same one again changes nothing. */
  add(input: DatasetInput): void {
    if (this.#taken) this.#inputs.clear();
    this.#taken = false;
    const { dataset, tags } = input;
    this.#inputs.set(JSON.stringify([dataset.name, dataset.digest, tags]), input);
  }

  /** What a run that starts now was given. */
  take(): readonly DatasetInput[] {
    this.#taken = true;
    return [...this.#inputs.values()];
  }
}

/** How the ambient scope is kept: by AsyncLocalStorage in Node, as one scope in a browser. */
export interface Ambient {
  current(): AmbientScope;
  /** Runs the body, and everything asynchronous that it starts, in a scope of its own. */
  within<T>(scope: AmbientScope, body: () => T): T;
}

/** A scope in which nothing is open. */
export function emptyScope(): AmbientScope {
  return { runs: [], waiting: new WaitingDatasets(), opening: false };
}
