import type { Report } from './error-report.ts';
import type { AutologStage } from './options.ts';

/** How many writes may wait for a slow store. A point takes some hundred bytes. */
const MAX_WAITING = 10_000;

/**
 * The writes of one training, executed one after the other in the background. A write that fails is
 * reported, and the next one is tried.
 */
export class WriteQueue {
  readonly #report: Report;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Adds a write. If too many wait already, drops it and reports that. */
  add(stage: AutologStage, write: () => Promise<unknown>): void {
    if (this.#waiting >= MAX_WAITING) {
      this.#report(
        new Error(`${MAX_WAITING} writes wait for the store, so this one was dropped.`),
        stage,
      );
      return;
    }
    this.#waiting += 1;
    this.#last = this.#last.then(async () => {
      try {
        await write();
      } catch (error) {
        this.#report(error, stage);
      } finally {
        this.#waiting -= 1;
      }
    });
  }

  /** Resolves when every write added so far is done or reported. Never rejects. */
  done(): Promise<void> {
    return this.#last;
  }
}
