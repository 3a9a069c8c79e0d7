import type { RunFold } from '../fold/run-fold.ts';
import type { ExperimentId } from '../model/ids.ts';
import type { LifecycleStage } from '../model/lifecycle.ts';
import type { Run, RunStatus } from '../model/run.ts';
import type { StoreState } from './store-state.ts';

/** Returns why a run that these writers opened is lost; `undefined` if it is not known to be lost. */
export type WhyLost = (openers: ReadonlySet<string>) => string | undefined;

/**
 * Reads runs as users see them. Two things are computed at each read and never stored: a run of a deleted experiment
 * counts as deleted, and a lost run counts as failed.
 */
export class RunReading {
  readonly #experiments: StoreState['experiments'];
  readonly #whyLost: WhyLost;
  readonly #lost = new Map<string, string | undefined>();

  constructor(experiments: StoreState['experiments'], whyLost: WhyLost = () => undefined) {
    this.#experiments = experiments;
    this.#whyLost = whyLost;
  }

  /** Returns the run; `undefined` if it was purged, or its creation was not read. */
  view(fold: RunFold): Run | undefined {
    const run = fold.view();
    if (run === undefined) return undefined;
    const lifecycleStage = this.stage(run.experimentId, run.lifecycleStage);
    if (lifecycleStage === undefined) return undefined;
    const lostReason = run.status === 'RUNNING' ? this.lostReason(fold.openers) : undefined;
    if (lostReason !== undefined) return { ...run, lifecycleStage, status: 'FAILED', lostReason };
    return lifecycleStage === run.lifecycleStage ? run : { ...run, lifecycleStage };
  }

  /** Returns the stage of a run of this experiment; `undefined` if the experiment was purged. */
  stage(experimentId: ExperimentId, own: LifecycleStage): LifecycleStage | undefined {
    const experiment = this.#experiments.get(experimentId);
    if (experiment?.isPurged === true) return undefined;
    return experiment?.stage === 'deleted' ? 'deleted' : own;
  }

  /** Returns the status of a run that these writers opened. */
  status(own: RunStatus, openers: () => ReadonlySet<string>): RunStatus {
    if (own !== 'RUNNING') return own;
    return this.lostReason(openers()) === undefined ? own : 'FAILED';
  }

  /**
   * Returns why a run with these openers is lost. Computed once for each set of openers, because many runs belong to
   * one process.
   */
  lostReason(openers: ReadonlySet<string>): string | undefined {
    const key = [...openers].sort().join(' ');
    if (!this.#lost.has(key)) this.#lost.set(key, this.#whyLost(openers));
    return this.#lost.get(key);
  }
}
