import type { RunningQuery } from '../duckdb/running-query.ts';

/** How far a query is. */
export interface QueryProgress {
  /** From 0 to 1. `undefined` where DuckDB cannot tell. */
  readonly fraction: number | undefined;
  /** Since the query began to run. */
  readonly elapsedMs: number;
}

/** Receives the progress of a query. */
export type ReportProgress = (progress: QueryProgress) => void;

const EVERY_MS = 200;

/** Reports the progress of a query while it is being started, which is until its first row is ready. */
export async function reportProgress<T>(
  query: RunningQuery,
  report: ReportProgress | undefined,
  start: () => Promise<T>,
): Promise<T> {
  if (report === undefined) return start();
  const beganMs = performance.now();
  const timer = setInterval(() => {
    report({ fraction: query.fraction, elapsedMs: performance.now() - beganMs });
  }, EVERY_MS);
  timer.unref();
  try {
    return await start();
  } finally {
    clearInterval(timer);
  }
}
