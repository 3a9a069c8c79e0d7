/** The place of one training among those that were called. */
export interface Turn {
  /** Resolves when every training that was called before has begun; undefined when all have. */
  readonly ready: Promise<void> | undefined;
  /** Lets the next one begin. To be called once, when this training has begun or never will. */
  pass(): void;
}

/**
 * Makes trainings begin in the order in which they were called, although each waits for a run of its own
 * first: TF.js draws random numbers and claims a model when a training begins, so another order would be
 * another training.
 */
export class TrainingOrder {
  #last: Promise<void> | undefined;

  /** Resolves when every training that was called so far has begun; undefined when all have. */
  get begun(): Promise<void> | undefined {
    return this.#last;
  }

  take(): Turn {
    const ready = this.#last;
    let passOn: () => void = () => undefined;
    const passed = new Promise<void>((resolve) => {
      passOn = resolve;
    });
    const mine = ready === undefined ? passed : ready.then(() => passed);
    this.#last = mine;
    return {
      ready,
      pass: () => {
        passOn();
        // With none behind it the next call need not wait at all, not even for a tick.
        if (this.#last === mine) this.#last = undefined;
      },
    };
  }
}
