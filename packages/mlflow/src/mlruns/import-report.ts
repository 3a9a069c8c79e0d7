import type { MlrunsProblem } from './mlruns-plan.ts';

/** How many things of each kind. */
export interface MlrunsCounts {
  experiments: number;
  runs: number;
  metricPoints: number;
  artifacts: number;
  artifactBytes: number;
  loggedModels: number;
  registeredModels: number;
  modelVersions: number;
}

/** What an import brought in (or, on a dry run, would have). */
export interface MlrunsReport {
  readonly dryRun: boolean;
  readonly imported: Readonly<MlrunsCounts>;
  /** What was in the store before and was left as it is there. */
  readonly alreadyThere: Readonly<
    Pick<MlrunsCounts, 'experiments' | 'runs' | 'loggedModels' | 'registeredModels'>
  >;
  readonly problems: readonly MlrunsProblem[];
}

/** Counts of nothing yet. */
export function noCounts(): MlrunsCounts {
  return {
    experiments: 0,
    runs: 0,
    metricPoints: 0,
    artifacts: 0,
    artifactBytes: 0,
    loggedModels: 0,
    registeredModels: 0,
    modelVersions: 0,
  };
}

/** A report while it is being made. */
export interface ReportInProgress {
  readonly dryRun: boolean;
  readonly imported: MlrunsCounts;
  readonly alreadyThere: {
    -readonly [Kind in keyof MlrunsReport['alreadyThere']]: number;
  };
  readonly problems: MlrunsProblem[];
}
