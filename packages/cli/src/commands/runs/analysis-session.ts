import {
  type MeasuredValue,
  openQuery,
  type QuerySession,
  type SelectedRuns,
} from '@tidemark/duckdb-query';
import { openExistingStore } from '../../open.ts';
import type { AnalysisOptions } from './analysis-options.ts';

/**
 * Calls `body` with a session for SQL over the store, and with the options of the analysis.
 * @throws EXPERIMENT_NOT_FOUND, STORE_NOT_FOUND, PACKAGE_MISSING
 */
export async function withAnalysis<Answer>(
  metric: string,
  options: AnalysisOptions,
  body: (session: QuerySession, asked: SelectedRuns & MeasuredValue) => Promise<Answer>,
): Promise<Answer> {
  const { experiment, filter, best, direction } = options;
  const store = await openExistingStore(options);
  const session = await openQuery({ store });
  try {
    return await body(session, {
      metric,
      ...(experiment === undefined ? {} : { experiments: [experiment] }),
      ...(filter === undefined ? {} : { filter }),
      ...(best === true ? { value: 'best' as const } : {}),
      ...(direction === undefined ? {} : { direction }),
    });
  } finally {
    await session.close();
  }
}
