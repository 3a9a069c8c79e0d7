import type { RunFold } from '../fold/run-fold.ts';
import type { Run } from '../model/run.ts';
import type { RunReading } from '../store/run-reading.ts';
import type { StoreState } from '../store/store-state.ts';
import type { Filter } from './filter.ts';
import { FirstInOrder } from './first-in-order.ts';
import type { LifecycleView } from './lifecycle-view.ts';
import { columnReader, matchColumns, type RowTest } from './match-columns.ts';
import { matchFilter } from './match-filter.ts';
import type { OrderKey } from './order.ts';
import { runFoldTarget } from './run-fold-target.ts';
import type { RunTable } from './run-table.ts';
import { compareSortValues, type SortValues, sortValuesReader } from './sort-values.ts';

/** A search of runs as a store can answer it by itself, below the texts that people write. */
export interface RunQuery {
  /** Without it every run matches. */
  readonly filter?: Filter;
  /** Total: no two runs tie. */
  readonly order: readonly OrderKey[];
  /** What the last run of the page before is ordered by; only later ones are wanted. */
  readonly after?: SortValues;
  /** The greatest number of runs. */
  readonly limit: number;
  /** Only runs of these; without it runs of every experiment. */
  readonly experimentIds?: readonly string[];
  readonly view: LifecycleView;
  /** Only runs of which a point speaks of a logged model. */
  readonly measuresModels?: true;
}

interface Candidate {
  readonly sortValues: SortValues;
  readonly fold: () => RunFold;
}

/**
 * Answers a query from a state: runs at hand value by value, those in tables by column. Only the runs
 * that are given back are put together.
 */
export function findRuns(state: StoreState, reading: RunReading, query: RunQuery): Run[] {
  const compare = compareSortValues(query.order);
  const first = new FirstInOrder<Candidate>(
    (a, b) => compare(a.sortValues, b.sortValues),
    query.limit,
  );
  const offer = (sortValues: SortValues, fold: () => RunFold): void => {
    if (query.after === undefined || compare(sortValues, query.after) > 0) {
      first.offer({ sortValues, fold });
    }
  };
  searchFolds(state.runs.values(), reading, query, offer);
  for (const table of state.tables) searchTable(table, reading, query, first, offer);
  const runs: Run[] = [];
  for (const { fold } of first.items()) {
    const run = reading.view(fold());
    if (run !== undefined) runs.push(run);
  }
  return runs;
}

function searchFolds(
  folds: Iterable<RunFold>,
  reading: RunReading,
  query: RunQuery,
  offer: (sortValues: SortValues, fold: () => RunFold) => void,
): void {
  const target = runFoldTarget(reading);
  const isMatch = query.filter === undefined ? () => true : matchFilter(target, query.filter);
  const readSortValues = sortValuesReader(target, query.order);
  const experiments = query.experimentIds && new Set<string>(query.experimentIds);
  for (const fold of folds) {
    const { created } = fold;
    if (created === undefined || experiments?.has(created.experiment) === false) continue;
    const stage = reading.stage(created.experiment, fold.stage);
    if (stage === undefined || (query.view !== 'all' && stage !== query.view)) continue;
    if (query.measuresModels === true && fold.measuredModels.size === 0) continue;
    if (isMatch(fold)) offer(readSortValues(fold), () => fold);
  }
}

function searchTable(
  table: RunTable,
  reading: RunReading,
  query: RunQuery,
  first: FirstInOrder<Candidate>,
  offer: (sortValues: SortValues, fold: () => RunFold) => void,
): void {
  const isInScope = scopeOf(table, reading, query);
  const isMatch =
    query.filter === undefined ? undefined : matchColumns(table, reading, query.filter);
  const readers = query.order.map(({ field }) => columnReader(table, reading, field));
  const [firstReader] = readers;
  const compareFirst = compareSortValues(query.order.slice(0, 1));
  for (let row = 0; row < table.rowCount; row += 1) {
    if (query.measuresModels === true && !table.measuresModels(row)) continue;
    if (!isInScope(row) || isMatch?.(row) === false || !table.isCurrent(row)) continue;
    const { worst } = first;
    // Most rows of a large table are out by their first key.
    if (worst !== undefined && firstReader !== undefined) {
      if (compareFirst([firstReader(row)], worst.sortValues) > 0) continue;
    }
    offer(
      readers.map((read) => read(row)),
      () => table.fold(row),
    );
  }
}

/** Whether a row's experiment and stage are wanted. */
function scopeOf(table: RunTable, reading: RunReading, query: RunQuery): RowTest {
  const { codes, ids } = table.experiments();
  const asked = query.experimentIds && new Set<string>(query.experimentIds);
  const isShown = (own: 'active' | 'deleted') => (id: (typeof ids)[number]) => {
    const stage = asked?.has(id) === false ? undefined : reading.stage(id, own);
    return stage !== undefined && (query.view === 'all' || stage === query.view) ? 1 : 0;
  };
  const active = Uint8Array.from([0, ...ids.map(isShown('active'))]);
  const deleted = Uint8Array.from([0, ...ids.map(isShown('deleted'))]);
  return (row) => {
    const shown = table.stage(row) === 'deleted' ? deleted : active;
    return shown[codes[row] as number] === 1;
  };
}
