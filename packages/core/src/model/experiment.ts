import type { ExperimentId } from './ids.ts';
import type { LifecycleStage } from './lifecycle.ts';

/** A named group of runs. Names are unique among live experiments. */
export interface Experiment {
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly lifecycleStage: LifecycleStage;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  readonly tags: Readonly<Record<string, string>>;
}
