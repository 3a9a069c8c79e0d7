import type { Run } from '../model/run.ts';
import type { RunQuery } from './find-runs.ts';
import { FirstInOrder } from './first-in-order.ts';
import { isInView } from './lifecycle-view.ts';
import { matchFilter } from './match-filter.ts';
import { RUN_TARGET } from './run-target.ts';
import { compareSortValues, type SortValues, sortValuesReader } from './sort-values.ts';

/**
 * Answers a query from runs, such as those that a server gave for the part of the query that it
 * understands: of those that match the first ones, in order.
 */
export function pickRuns(runs: Iterable<Run>, query: RunQuery): Run[] {
  const { filter, order, after, limit, experimentIds, view } = query;
  const isMatch = filter === undefined ? () => true : matchFilter(RUN_TARGET, filter);
  const isShown = isInView(view);
  const readSortValues = sortValuesReader(RUN_TARGET, order);
  const compare = compareSortValues(order);
  const first = new FirstInOrder<{ readonly run: Run; readonly sortValues: SortValues }>(
    (a, b) => compare(a.sortValues, b.sortValues),
    limit,
  );
  for (const run of runs) {
    if (experimentIds?.includes(run.experimentId) === false) continue;
    if (!isShown(run) || !isMatch(run)) continue;
    const sortValues = readSortValues(run);
    if (after === undefined || compare(sortValues, after) > 0) first.offer({ run, sortValues });
  }
  return [...first.items()].map(({ run }) => run);
}
