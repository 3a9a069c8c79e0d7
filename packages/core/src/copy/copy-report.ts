/** How many things of each kind. */
export interface CopyCounts {
  experiments: number;
  runs: number;
  metricPoints: number;
  artifacts: number;
  artifactBytes: number;
  loggedModels: number;
  registeredModels: number;
  modelVersions: number;
}

/** Something that was not copied, or not as it was. */
export interface CopyProblem {
  /** `left-out`: it is not in the target. `note`: it is, with a difference. */
  readonly severity: 'left-out' | 'note';
  /** What it is about, such as `run 0123…` or `registered model "penguins"`. */
  readonly place: string;
  readonly message: string;
}

/** What a copy did (or, on a dry run, would have done at least). */
export interface CopyReport {
  readonly dryRun: boolean;
  /** Runs and models count when something of them was written. */
  readonly copied: Readonly<CopyCounts>;
  /** What was in the target already, as it is in the source. */
  readonly alreadyThere: Readonly<
    Pick<CopyCounts, 'experiments' | 'runs' | 'loggedModels' | 'registeredModels'>
  >;
  readonly problems: readonly CopyProblem[];
}

/** How far a copy has come. */
export interface CopyProgress {
  readonly what: 'experiments' | 'logged models' | 'runs' | 'registered models';
  readonly done: number;
  readonly total: number;
}

/** A report while it is being made. */
export interface CopyReportInProgress {
  readonly dryRun: boolean;
  readonly copied: CopyCounts;
  readonly alreadyThere: { -readonly [Kind in keyof CopyReport['alreadyThere']]: number };
  readonly problems: CopyProblem[];
}

/** A report of nothing yet. */
export function newCopyReport(dryRun: boolean): CopyReportInProgress {
  return {
    dryRun,
    copied: {
      experiments: 0,
      runs: 0,
      metricPoints: 0,
      artifacts: 0,
      artifactBytes: 0,
      loggedModels: 0,
      registeredModels: 0,
      modelVersions: 0,
    },
    alreadyThere: { experiments: 0, runs: 0, loggedModels: 0, registeredModels: 0 },
    problems: [],
  };
}
