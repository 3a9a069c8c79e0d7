/** Runs at most a given number of tasks at once, and the others in the order of their calls. */
export class FewAtOnce {
  readonly #atMost: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  /** Runs a task when it is its turn, and returns its result. */
  async run<Outcome>(task: () => Promise<Outcome>): Promise<Outcome> {
    if (this.#running < this.#atMost) this.#running += 1;
    // The task that ended passes its place on.
    else await new Promise<void>((go) => this.#waiting.push(go));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
