import type { RunFold } from '../fold/run-fold.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { Run } from '../model/run.ts';
import type { LoggedModelSelection, RunSelection } from '../port/store.ts';
import type { RunReading } from '../state/run-reading.ts';
import type { StoreState } from '../state/store-state.ts';

/** Returns every experiment, in the order of the events that created them. */
export function experimentViews({ experiments }: StoreState): Experiment[] {
  return views([...experiments.values()].sort((a, b) => a.compareCreation(b)));
}

/** Returns the selected runs, newest start first. */
export function runViews(state: StoreState, reading: RunReading, selection: RunSelection): Run[] {
  const runs: Run[] = [];
  for (const fold of selectedRuns(state, selection)) {
    const run = reading.view(fold);
    if (run === undefined || !includes(selection.experimentIds, run.experimentId)) continue;
    runs.push(run);
  }
  return runs.sort((a, b) => b.startTimeMs - a.startTimeMs || (a.runId < b.runId ? -1 : 1));
}

/** Returns the selected logged models, newest first. */
export function loggedModelViews(
  { loggedModels, experiments }: StoreState,
  selection: LoggedModelSelection,
): LoggedModel[] {
  return views(selected(loggedModels, selection.modelIds))
    .filter(({ experimentId }) => includes(selection.experimentIds, experimentId))
    .filter(({ experimentId }) => experiments.get(experimentId)?.isPurged !== true)
    .sort((a, b) => b.creationTimeMs - a.creationTimeMs || (a.modelId < b.modelId ? -1 : 1));
}

function views<View>(folds: Iterable<{ view(): View | undefined }>): View[] {
  const result: View[] = [];
  for (const fold of folds) {
    const view = fold.view();
    if (view !== undefined) result.push(view);
  }
  return result;
}

function* selectedRuns(state: StoreState, { runIds }: RunSelection): Generator<RunFold> {
  if (runIds !== undefined) {
    for (const runId of new Set(runIds)) {
      const fold = state.run(runId);
      if (fold !== undefined) yield fold;
    }
    return;
  }
  yield* state.runs();
}

function selected<Id, Fold>(folds: ReadonlyMap<Id, Fold>, ids: readonly Id[] | undefined): Fold[] {
  if (ids === undefined) return [...folds.values()];
  return [...new Set(ids)]
    .map((id) => folds.get(id))
    .filter((fold): fold is Fold => fold !== undefined);
}

function includes(ids: readonly ExperimentId[] | undefined, id: ExperimentId): boolean {
  return ids === undefined || ids.includes(id);
}
