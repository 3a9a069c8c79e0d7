import type { ReportProgress } from '@tidemark/duckdb-query';
import { formatDuration } from '../../render/quantities.ts';
import type { Terminal } from '../../terminal.ts';

/** What takes less time needs no progress. */
const SHOWN_AFTER_MS = 1000;
const EVERY_MS = 200;

/** The progress of a query on a terminal. */
export interface SqlProgress {
  /** For the query. */
  readonly report?: ReportProgress;
  /** Removes the line. Call it before anything is printed. */
  readonly end: () => void;
}

/**
 * Shows on a terminal what a query is doing, from a second after its begin: reading the store, and then how much of the query
 * is done. Does nothing without a terminal.
 */
export function sqlProgress({ status }: Pick<Terminal, 'status'>): SqlProgress {
  if (status === undefined) return { end: () => {} };
  const beganMs = performance.now();
  let fraction: number | undefined;
  let what = 'Reading the store';
  let isShown = false;
  const timer = setInterval(() => {
    const elapsedMs = performance.now() - beganMs;
    if (elapsedMs < SHOWN_AFTER_MS) return;
    isShown = true;
    const done = fraction === undefined ? '' : ` ${Math.floor(fraction * 100)}%`;
    status(`${what} …${done}  ${formatDuration(elapsedMs)}`);
  }, EVERY_MS);
  timer.unref();
  return {
    report(progress) {
      what = 'Running the query';
      fraction = progress.fraction;
    },
    end() {
      clearInterval(timer);
      if (isShown) status('');
      isShown = false;
    },
  };
}
