import type { RunFold } from '../fold/run-fold.ts';
import type { LoggedModelId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import { FirstInOrder } from '../query/first-in-order.ts';
import { matchFilter } from '../query/match-filter.ts';
import type { RunQuery } from '../query/run-query.ts';
import { compareSortValues, type SortValues, sortValuesReader } from '../query/sort-values.ts';
import { columnReader, matchColumns, type RowTest } from './match-columns.ts';
import { runFoldTarget } from './run-fold-target.ts';
import type { RunReading } from './run-reading.ts';
import type { RunTable } from './run-table.ts';
import type { StoreState } from './store-state.ts';

interface Candidate {
  readonly sortValues: SortValues;
  readonly fold: () => RunFold;
}

/**
 * Answers a query from a state. It reads runs that are held as folds value by value, and runs in tables by column. It
 * builds a `Run` only for the runs that it returns.
 */
export function answerRunQuery(state: StoreState, reading: RunReading, query: RunQuery): Run[] {
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
  for (const group of state.runGroups()) {
    if ('folds' in group) searchFolds(group.folds, reading, query, first, offer);
    else searchTable(group.table, reading, query, first, offer);
  }
  const runs: Run[] = [];
  for (const { fold } of first.items()) {
    const run = reading.view(fold());
    if (run !== undefined) runs.push(run);
  }
  return runs;
}

/** Returns how many runs match a query, without its limit and `after`. It builds no run. */
export function countMatchingRuns(state: StoreState, reading: RunReading, query: RunQuery): number {
  const all = { ...query, order: [] };
  // Nothing is offered to it, so it excludes nothing.
  const first = new FirstInOrder<Candidate>(() => 0, 1);
  let count = 0;
  const offer = (): void => {
    count += 1;
  };
  for (const group of state.runGroups()) {
    if ('folds' in group) searchFolds(group.folds, reading, all, first, offer);
    else searchTable(group.table, reading, all, first, offer);
  }
  return count;
}

function searchFolds(
  folds: Iterable<RunFold>,
  reading: RunReading,
  query: RunQuery,
  first: FirstInOrder<Candidate>,
  offer: (sortValues: SortValues, fold: () => RunFold) => void,
): void {
  const target = runFoldTarget(reading);
  const isMatch = query.filter === undefined ? () => true : matchFilter(target, query.filter);
  const readSortValues = sortValuesReader(target, query.order);
  const readFirst = sortValuesReader(target, query.order.slice(0, 1));
  const compareFirst = compareSortValues(query.order.slice(0, 1));
  const experiments = query.experimentIds && new Set<string>(query.experimentIds);
  for (const fold of folds) {
    const { created } = fold;
    if (created === undefined || experiments?.has(created.experiment) === false) continue;
    const stage = reading.stage(created.experiment, fold.stage);
    if (stage === undefined || (query.view !== 'all' && stage !== query.view)) continue;
    if (!measures(fold.measuredModels, query) || !isMatch(fold)) continue;
    const { worst } = first;
    // For most runs, reading the first key is enough.
    if (worst !== undefined && compareFirst(readFirst(fold), worst.sortValues) > 0) continue;
    offer(readSortValues(fold), () => fold);
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
    if (query.measuresModels !== undefined && !measures(table.measuredModels(row), query)) continue;
    if (!isInScope(row) || isMatch?.(row) === false || !table.isCurrent(row)) continue;
    const { worst } = first;
    // In a large table, the first key excludes most rows.
    if (worst !== undefined && firstReader !== undefined) {
      if (compareFirst([firstReader(row)], worst.sortValues) > 0) continue;
    }
    offer(
      readers.map((read) => read(row)),
      () => table.fold(row),
    );
  }
}

/** Whether the query asks for a run with points about these models. */
function measures(measured: Iterable<string>, { measuresModels }: RunQuery): boolean {
  if (measuresModels === undefined) return true;
  for (const model of measured) {
    if (measuresModels === 'any' || measuresModels.has(model as LoggedModelId)) return true;
  }
  return false;
}

/** Returns a test whether the query asks for a row's experiment and stage. */
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
