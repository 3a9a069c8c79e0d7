import type { ExperimentFold } from '../fold/experiment-fold.ts';
import type { LoggedModelFold } from '../fold/logged-model-fold.ts';
import type { RunFold } from '../fold/run-fold.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { RunTable } from '../search/run-table.ts';

/** The state of everything in a store. Runs may lie in tables, whose rows are read when they are asked for. */
export interface StoreState {
  readonly experiments: ReadonlyMap<ExperimentId, ExperimentFold>;
  readonly loggedModels: ReadonlyMap<LoggedModelId, LoggedModelFold>;
  /** The runs at hand; no current row of a table is one of them. */
  readonly runs: ReadonlyMap<RunId, RunFold>;
  readonly tables: readonly RunTable[];
  /** One run, from wherever it lies. */
  run(runId: RunId): RunFold | undefined;
  /** Whether one run is deleted by its own events, without reading the rest; `undefined` for an unknown one. */
  standingOf(runId: RunId): RunStanding | undefined;
}

/** What has to be known of a run before it is written to. */
export interface RunStanding {
  readonly experimentId: ExperimentId;
  readonly isDeleted: boolean;
}
