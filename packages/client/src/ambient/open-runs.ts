import type { EndStatus } from '@tidemark/core';
import type { ActiveRun } from '../run/active-run.ts';

/** Ends the active runs when the program itself ends. */
export type EndOpenRuns = (status: EndStatus, error?: unknown) => void;

/** Watches for the end of the program. Returns a function that stops watching. */
export type WatchProgramEnd = (endOpenRuns: EndOpenRuns) => () => void;

/** The active runs of this program. It watches for the end of the program as long as there are any. */
export class OpenRuns {
  readonly #runs = new Set<ActiveRun>();
  readonly #watch: WatchProgramEnd;
  #unwatch: (() => void) | undefined;

  constructor(watch: WatchProgramEnd) {
    this.#watch = watch;
  }

  /** Adds a run that was opened. */
  add(run: ActiveRun): void {
    this.#runs.add(run);
    this.#unwatch ??= this.#watch((status, error) => {
      for (const open of this.#runs) open.endAtOnce(status, error);
    });
  }

  /** Removes a run that has ended. */
  delete(run: ActiveRun): void {
    this.#runs.delete(run);
    if (this.#runs.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }
}
