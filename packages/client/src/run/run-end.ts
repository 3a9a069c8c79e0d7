import {
  type EndStatus,
  type RunId,
  type Store,
  type StoreEvent,
  shownInput,
  TidemarkError,
} from '@tidemark/core';
import type { SystemMonitor } from '../system/system-monitor.ts';
import { errorText } from './error-text.ts';
import type { RunFiles } from './run-files.ts';

const END_STATUSES: readonly EndStatus[] = ['FINISHED', 'FAILED', 'KILLED'];

/** A run that will end, and the callbacks for its end. */
export interface EndingRun {
  readonly store: Store;
  readonly runId: RunId;
  /** Whether the handle only joins the run, which then continues. */
  readonly joined: boolean;
  readonly files: RunFiles;
  readonly monitor: SystemMonitor | undefined;
  /** Called after the end is written, unless the program itself ends. */
  readonly onEnd: () => void;
}

/** Ends a handle of a run once, after the work that takes longer. */
export class RunEnd {
  readonly #run: EndingRun;
  readonly #unfinished = new Set<Promise<unknown>>();
  #ended = false;
  #ending: Promise<void> | undefined;

  constructor(run: EndingRun) {
    this.#run = run;
  }

  /** Whether the end was called. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Implements `ActiveRun.end`. */
  end(status: EndStatus): Promise<void> {
    if (this.#ended) return this.#ending ?? Promise.resolve();
    this.#ending = this.#end(status);
    return this.#ending;
  }

  /** Implements `ActiveRun.endAtOnce`. */
  endAtOnce(status: EndStatus, error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const { store, runId, joined, files, monitor } = this.#run;
    const events: StoreEvent[] = monitor?.stop() ?? [];
    if (!joined) {
      if (error !== undefined) events.push(...files.writeErrorAtOnce(errorText(error)));
      events.push({ kind: 'run-updated', run: runId, status, endTimeMs: Date.now() });
    }
    if (events.length === 0) return;
    // The program cannot handle the error any more. Only the end is lost, and readers see that the process is dead.
    store.append(events).catch(() => {});
  }

  /** Makes the end wait for work that takes longer. */
  async waitFor<T>(work: Promise<T>): Promise<T> {
    this.#unfinished.add(work);
    try {
      return await work;
    } finally {
      this.#unfinished.delete(work);
    }
  }

  /** Checks that the handle is open. @throws RUN_ENDED */
  assertOpen(): void {
    if (!this.#ended) return;
    const { runId, joined } = this.#run;
    throw new TidemarkError(
      'RUN_ENDED',
      joined
        ? `This handle has left the run ${runId}. Join it again with startRun({ runId: "${runId}", join: true }) to write more.`
        : `The run ${runId} was ended. Resume it with startRun({ runId: "${runId}" }) to write more.`,
      { details: { runId } },
    );
  }

  async #end(status: EndStatus): Promise<void> {
    if (!END_STATUSES.includes(status)) {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        `A run ends FINISHED, FAILED or KILLED, not ${shownInput(status)}.`,
      );
    }
    this.#ended = true;
    const { store, runId, joined, monitor, onEnd } = this.#run;
    // The caller of each gets its result. Here it only matters that they are finished.
    if (this.#unfinished.size > 0) await Promise.allSettled(this.#unfinished);
    try {
      const events: StoreEvent[] = [...(monitor?.stop() ?? [])];
      if (!joined) {
        events.push({ kind: 'run-updated', run: runId, status, endTimeMs: Date.now() });
      }
      if (events.length > 0) await store.append(events);
    } catch (error) {
      this.#ended = false;
      throw error;
    }
    onEnd();
  }
}
