import { type ParamValue, planParams, type Run, type Store } from '@tidemark/core';

/** The params of a run that is being written: each is written once, by whichever call comes first. */
export class RunParams {
  readonly #store: Store;
  readonly #runId: Run['runId'];
  /** Those that are acknowledged. */
  readonly #acknowledged: Map<string, string>;
  /** Those whose writes are under way, of each call by themselves. */
  readonly #writes = new Set<Readonly<Record<string, string>>>();

  constructor(store: Store, { runId, params }: Run) {
    this.#store = store;
    this.#runId = runId;
    this.#acknowledged = new Map(Object.entries(params));
  }

  /** Logs params that are new, or have the value that they have. @throws PARAM_CONFLICT, INVALID_KEY, INVALID_ARGUMENT */
  async log(params: Readonly<Record<string, ParamValue>>): Promise<void> {
    const event = planParams(this.#runId, params, this.#acknowledged);
    if (event === undefined) return;
    const { params: fresh } = event;
    // Another value is refused while the first is under way, awaited or not. The same value is written
    // by each call: what one call acknowledges may not hang on a write of another that can still fail.
    if (this.#writes.size > 0) {
      const pending = [...this.#writes].flatMap((write) => Object.entries(write));
      planParams(this.#runId, fresh, new Map(pending));
    }
    this.#writes.add(fresh);
    try {
      await this.#store.append([event]);
      for (const [key, value] of Object.entries(fresh)) this.#acknowledged.set(key, value);
    } finally {
      this.#writes.delete(fresh);
    }
  }
}
