import type { ExperimentFold } from '../fold/experiment-fold.ts';
import type { LoggedModelFold } from '../fold/logged-model-fold.ts';
import type { RunFold } from '../fold/run-fold.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { RunTable } from './run-table.ts';

/**
 * The state of everything in a store. Some runs are held as folds and others are in the tables of an index.
 * Where a run is must change no answer, so there is no map of the runs that are held: ask for one run,
 * for every run, or for the groups that hold every run.
 */
export interface StoreState {
  readonly experiments: ReadonlyMap<ExperimentId, ExperimentFold>;
  readonly loggedModels: ReadonlyMap<LoggedModelId, LoggedModelFold>;
  /** One run, from wherever it is, also one that was purged or whose creation was not met. */
  run(runId: RunId): RunFold | undefined;
  /** Every run, each once, in no particular order. Rows of tables are read as they are met. */
  runs(): Iterable<RunFold>;
  /** Every run, each in exactly one group: for a search, which reads a table by column. */
  runGroups(): readonly RunGroup[];
}

/** Runs that are held in one way. */
export type RunGroup = { readonly folds: Iterable<RunFold> } | { readonly table: RunTable };

/** Every run of some groups. A row that a later state stands in for is left out. */
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
