import { assertArguments } from '../model/plain-input.ts';
import type { Run } from '../model/run.ts';
import { FirstInOrder } from '../query/first-in-order.ts';
import { isInView } from '../query/lifecycle-view.ts';
import { matchFilter } from '../query/match-filter.ts';
import type { RunQuery } from '../query/run-query.ts';
import { RUN_TARGET } from '../query/run-target.ts';
import { compareSortValues, type SortValues, sortValuesReader } from '../query/sort-values.ts';

/**
 * Answers a query from runs: returns the first of the matching runs, in order. The runs may come from a server that
 * understands only a part of the query.
 */
export function pickRuns(runs: Iterable<Run>, query: RunQuery): Run[] {
  assertArguments({ runs, query }, 'pickRuns', { runs: 'iterable', query: 'object' });
  assertArguments(query, 'pickRuns', {
    order: 'objects',
    filter: 'object?',
    view: 'string',
    limit: 'number',
  });
  const { filter, order, after, limit, experimentIds, view } = query;
  const isMatch = filter === undefined ? () => true : matchFilter(RUN_TARGET, filter);
  const isShown = isInView(view);
  const experiments = experimentIds && new Set<string>(experimentIds);
  const readSortValues = sortValuesReader(RUN_TARGET, order);
  const compare = compareSortValues(order);
  const first = new FirstInOrder<{ readonly run: Run; readonly sortValues: SortValues }>(
    (a, b) => compare(a.sortValues, b.sortValues),
    limit,
  );
  for (const run of runs) {
    assertArguments({ run }, 'pickRuns', { run: 'object' });
    if (experiments?.has(run.experimentId) === false) continue;
    if (!isShown(run) || !isMatch(run)) continue;
    const sortValues = readSortValues(run);
    if (after === undefined || compare(sortValues, after) > 0) first.offer({ run, sortValues });
  }
  return [...first.items()].map(({ run }) => run);
}
