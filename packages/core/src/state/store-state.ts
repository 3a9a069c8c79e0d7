import type { RunCreated } from '../events/kinds/run-created.ts';
import type { ExperimentFold } from '../fold/experiment-fold.ts';
import type { LoggedModelFold } from '../fold/logged-model-fold.ts';
import { NO_PURGES } from '../fold/purge-fold.ts';
import type { RunFold } from '../fold/run-fold.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { RunTable } from './run-table.ts';

/**
 * The state of everything in a store. Some runs are held as folds and others are in the tables of an index. No answer
 * may depend on where a run is, so there is no map of the runs that are held as folds. Ask for one run, for every
 * run, or for the groups that contain every run.
 */
export interface StoreState {
  readonly experiments: ReadonlyMap<ExperimentId, ExperimentFold>;
  readonly loggedModels: ReadonlyMap<LoggedModelId, LoggedModelFold>;
  /** Returns one run, from wherever it is, also if it was purged or its creation was not read. */
  run(runId: RunId): RunFold | undefined;
  /** Returns what decides whether a run, or a part of it, is purged, without reading its whole state. */
  standingOf(runId: RunId): RunStanding | undefined;
  /** Returns every run once, in no particular order. Rows of tables are read one by one. */
  runs(): Iterable<RunFold>;
  /** Returns groups that contain every run exactly once, for a search, which reads a table by column. */
  runGroups(): readonly RunGroup[];
}

/** The purges of a run, and its creation; `undefined` before that was read, and after a purge. */
export type RunStanding = Pick<RunFold, 'purges'> & {
  readonly created: Pick<RunCreated, 'experiment'> | undefined;
};

/** Returns the standing of a run without purges. Without an experiment its creation was not read. */
export function unpurgedStanding(experiment: ExperimentId | undefined): RunStanding {
  return { purges: NO_PURGES, created: experiment === undefined ? undefined : { experiment } };
}

/** Runs that are held in the same way. */
export type RunGroup = { readonly folds: Iterable<RunFold> } | { readonly table: RunTable };

/** Yields every run of some groups. Leaves out a row that a later state replaces. */
export function* runsOfGroups(groups: readonly RunGroup[]): Generator<RunFold> {
  for (const group of groups) {
    if ('folds' in group) {
      yield* group.folds;
      continue;
    }
    const { table } = group;
    for (let row = 0; row < table.rowCount; row += 1) {
      if (table.isCurrent(row)) yield table.fold(row);
    }
  }
}
