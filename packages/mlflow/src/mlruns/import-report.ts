import type { MlrunsProblem } from './mlruns-plan.ts';

/** Counts of things, by kind. */
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

/** The result of an import, or of a dry run. */
export interface MlrunsReport {
  readonly dryRun: boolean;
  readonly imported: Readonly<MlrunsCounts>;
  /** Counts of the things that the store already had. */
  readonly alreadyThere: Readonly<
    Pick<MlrunsCounts, 'experiments' | 'runs' | 'loggedModels' | 'registeredModels'>
  >;
  readonly problems: readonly MlrunsProblem[];
}

/** Returns counts that are all 0. */
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

/** A report in progress. */
export interface ReportInProgress {
  readonly dryRun: boolean;
  readonly imported: MlrunsCounts;
  readonly alreadyThere: {
    -readonly [Kind in keyof MlrunsReport['alreadyThere']]: number;
  };
  readonly problems: MlrunsProblem[];
}
