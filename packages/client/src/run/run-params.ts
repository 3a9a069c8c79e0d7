import { type ParamValue, planParams, type Run, type Store } from '@tidemark/core';

/** The params of a run that is being written. Each keeps its first value. */
export class RunParams {
  readonly #store: Store;
  readonly #runId: Run['runId'];
  /** The acknowledged params. */
  readonly #acknowledged: Map<string, string>;
  /** The params of writes that are not acknowledged yet, by call. */
  readonly #writes = new Set<Readonly<Record<string, string>>>();

  constructor(store: Store, { runId, params }: Run) {
    this.#store = store;
    this.#runId = runId;
    this.#acknowledged = new Map(Object.entries(params));
  }

  /** Logs params that are new or have the same value. @throws PARAM_CONFLICT, INVALID_KEY, INVALID_ARGUMENT */
  async log(params: Readonly<Record<string, ParamValue>>): Promise<void> {
    const event = planParams(this.#runId, params, this.#acknowledged);
    if (event === undefined) return;
    const { params: fresh } = event;
    // Another value is refused even while the first is being written, awaited or not. Each call writes the same
    // value itself, because its acknowledgement must not depend on another write that can still fail.
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
