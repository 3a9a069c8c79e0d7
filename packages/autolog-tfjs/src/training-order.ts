/** The position of one training in the order of calls. */
export interface Turn {
  /** Resolves when every earlier training has started; undefined when all have. */
  readonly ready: Promise<void> | undefined;
  /** Lets the next training begin. Call it once, when this training has started or never will. */
  pass(): void;
}

/**
 * Makes trainings begin in the order of their calls, although each first waits for its own run. TF.js draws
 * random numbers and claims a model when a training begins, so another order would change the trainings.
 */
export class TrainingOrder {
  #last: Promise<void> | undefined;

  /** Resolves when every training called so far has started; undefined when all have. */
  get begun(): Promise<void> | undefined {
    return this.#last;
  }

  /** Gives the next training its turn, behind all trainings called so far. */
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
        // When no training follows, the next call need not wait at all, not even for a tick.
        if (this.#last === mine) this.#last = undefined;
      },
    };
  }
}
