/** The number of things of each kind. */
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

/** Something that was not copied, or was changed. */
export interface CopyProblem {
  /** `left-out`: it is not in the target. `note`: it is in the target, with a difference. */
  readonly severity: 'left-out' | 'note';
  /** The thing, such as `run 0123…` or `registered model "penguins"`. */
  readonly place: string;
  readonly message: string;
}

/** The result of a copy; on a dry run, the least that it would do. */
export interface CopyReport {
  readonly dryRun: boolean;
  /** The things that were copied. Runs and models count if any part of them was written. */
  readonly copied: Readonly<CopyCounts>;
  /** The things that the target had already, equal to the source. */
  readonly alreadyThere: Readonly<
    Pick<CopyCounts, 'experiments' | 'runs' | 'loggedModels' | 'registeredModels'>
  >;
  readonly problems: readonly CopyProblem[];
}

/** The progress of a copy. */
export interface CopyProgress {
  readonly what: 'experiments' | 'logged models' | 'runs' | 'registered models';
  readonly done: number;
  readonly total: number;
}

/** A report during the copy. */
export interface CopyReportInProgress {
  readonly dryRun: boolean;
  readonly copied: CopyCounts;
  readonly alreadyThere: { -readonly [Kind in keyof CopyReport['alreadyThere']]: number };
  readonly problems: CopyProblem[];
}

/** Returns an empty report. */
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
