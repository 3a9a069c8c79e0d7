import { assertArguments } from '@tidemark/core';
import { type AmbientScope, emptyScope } from '../ambient/ambient.ts';
import { OpenRuns } from '../ambient/open-runs.ts';
import type { Platform } from '../platform/platform.ts';
import type { ActiveRun } from '../run/active-run.ts';
import { errorText } from '../run/error-text.ts';
import { ERROR_FILE } from '../run/run-files.ts';
import type { SharedStores } from '../shared-stores.ts';
import { assertNotOpening, beginRun } from './start-run.ts';
import { assertStartRunOptions, type StartRunOptions } from './start-run-options.ts';

/** Starts runs. With a body the run is active within the body, without one until its `end`. */
export interface StartRun {
  (options?: StartRunOptions): Promise<ActiveRun>;
  <T>(options: StartRunOptions, body: (run: ActiveRun) => T | Promise<T>): Promise<T>;
  <T>(body: (run: ActiveRun) => T | Promise<T>): Promise<T>;
}

/** The code that runs within a run. */
type Body<T> = (run: ActiveRun) => T | Promise<T>;

/** Starts runs in the scope of the caller, and ends those with a body. */
export class RunStarter {
  readonly #platform: Platform;
  readonly #stores: SharedStores;
  readonly #openRuns: OpenRuns;
  #last: ActiveRun | undefined;

  constructor(platform: Platform, stores: SharedStores) {
    this.#platform = platform;
    this.#stores = stores;
    this.#openRuns = new OpenRuns(platform.watchProgramEnd);
  }

  /** The run that was started last, ended or not. */
  get last(): ActiveRun | undefined {
    return this.#last;
  }

  /** Implements `StartRun`. */
  async start<T>(options: StartRunOptions | Body<T> = {}, body?: Body<T>): Promise<ActiveRun | T> {
    if (typeof options === 'function') return this.#runWithin({}, options);
    assertStartRunOptions(options);
    assertArguments({ body }, 'startRun', { body: 'function?' });
    return body === undefined ? this.#openRun(options) : this.#runWithin(options, body);
  }

  async #begin(scope: AmbientScope, options: StartRunOptions): Promise<ActiveRun> {
    // A nested run belongs to the store of its parent, whatever the default store is.
    const parent = scope.runs.findLast((run) => !run.ended);
    const store = await this.#stores.of(options.store ?? parent?.store);
    const [platform, openRuns] = [this.#platform, this.#openRuns];
    this.#last = await beginRun({ platform, scope, openRuns, store, options });
    return this.#last;
  }

  async #openRun(options: StartRunOptions): Promise<ActiveRun> {
    const scope = this.#platform.ambient.current();
    assertNotOpening(scope, options);
    scope.opening = true;
    try {
      const run = await this.#begin(scope, options);
      scope.runs.push(run);
      return run;
    } finally {
      scope.opening = false;
    }
  }

  async #runWithin<T>(options: StartRunOptions, body: Body<T>): Promise<T> {
    const { ambient } = this.#platform;
    const scope = ambient.current();
    const run = await this.#begin(scope, options);
    // A copy of the active runs, so that a nested run finds its parent and the body's own runs stay inside.
    const inner = { ...emptyScope(), runs: [...scope.runs, run] };
    let result: T;
    try {
      result = await ambient.within(inner, () => (async () => body(run))());
    } catch (error) {
      await this.#endFailed(run, error);
      throw error;
    }
    await run.end('FINISHED');
    return result;
  }

  /** Ends the run as FAILED. The error of the body is the one to report, even when the run cannot be ended. */
  async #endFailed(run: ActiveRun, error: unknown): Promise<void> {
    try {
      if (!run.ended && !run.joined) await run.logText(`${errorText(error)}\n`, ERROR_FILE);
      await run.end('FAILED');
    } catch (unwritten) {
      this.#platform.warn(
        `The run ${run.runId} could not be ended as FAILED: ${String(unwritten)}`,
      );
    }
  }
}
