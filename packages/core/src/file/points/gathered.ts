import type { RunId } from '../../model/ids.ts';
import type { BuiltRun } from './points-builder.ts';
import type { CoveredLines } from './points-format.ts';

/** The limits of points, and of metrics of runs, in memory at once. */
export const MOST_GATHERED: Readonly<Record<'points' | 'series', number>> = {
  points: 2_000_000,
  series: 50_000,
};

/** Points of many runs that were read from lines, and the ranges of these lines. */
export class Gathered {
  readonly runs: Map<RunId, BuiltRun> = new Map();
  readonly logs: CoveredLines[] = [];
  pointCount = 0;
  seriesCount = 0;

  get isFull(): boolean {
    return this.pointCount >= MOST_GATHERED.points || this.seriesCount >= MOST_GATHERED.series;
  }

  /** The run, with points from some of the logs, by default the one that comes next. */
  runOf(runId: RunId, logs: Iterable<number> = [0], first: number = this.logs.length): BuiltRun {
    let run = this.runs.get(runId);
    if (run === undefined) {
      run = { points: new Map(), logs: new Set() };
      this.runs.set(runId, run);
    }
    for (const log of logs) run.logs.add(first + log);
    return run;
  }
}
