import { setTimeout } from 'node:timers/promises';
import {
  findRun,
  getRun,
  type MetricPoint,
  type Run,
  type RunStatus,
  type Store,
} from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderJsonLine } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatDuration, formatNumber, formatTime } from '../../render/quantities.ts';
import { statusText } from '../../render/status.ts';
import { printable, type Style, styleOf } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { MetricTail, type TailLine } from './metric-tail.ts';

/** Options of `tidemark runs tail`. */
export interface TailRunOptions {
  readonly store?: string;
  readonly json?: boolean;
  readonly follow?: boolean;
  /** The number of lines to start with. */
  readonly lines: number;
  /** Only these metrics. */
  readonly metric?: readonly string[];
  /** In seconds. */
  readonly interval: number;
  /** Used by the caller. */
  readonly exitStatus?: boolean;
}

/**
 * Shows the last points of a run and, with `follow`, new points until it ends. Returns the last status of the run.
 * @throws RUN_NOT_FOUND, also when the run is purged meanwhile; INVALID_ARGUMENT when several runs match
 */
export async function tailRun(
  said: string,
  options: TailRunOptions,
  terminal: Terminal,
): Promise<RunStatus> {
  const store = await openExistingStore(options);
  const print = options.json === true ? jsonPrinter(terminal) : textPrinter(terminal);
  let run = await findRun(store, said);
  print.run(run);
  const tail = new MetricTail();
  const first = tail.fresh(await historiesOf(store, run, chosenKeys(run, options)));
  for (const line of first.slice(-options.lines)) print.line(line);
  while (options.follow === true && !hasEnded(run)) {
    await setTimeout(options.interval * 1000);
    const before = run;
    // The histories are read after the run, so that they are complete once it has ended.
    run = await getRun(store, run.runId);
    const keys = chosenKeys(run, options).filter(
      (key) => hasEnded(run) || isMoved(before, run, key),
    );
    for (const line of tail.fresh(await historiesOf(store, run, keys))) print.line(line);
    if (run.status !== before.status) print.status(run);
  }
  return run.status;
}

function hasEnded({ status }: Run): boolean {
  return status !== 'RUNNING' && status !== 'SCHEDULED';
}

function chosenKeys(run: Run, { metric }: TailRunOptions): string[] {
  return Object.keys(run.metrics).filter((key) => metric === undefined || metric.includes(key));
}

function isMoved(before: Run, now: Run, key: string): boolean {
  const [old, point] = [before.metrics[key], now.metrics[key]];
  return (
    old?.step !== point?.step ||
    old?.timestampMs !== point?.timestampMs ||
    !Object.is(old?.value, point?.value)
  );
}

function historiesOf(
  store: Store,
  { runId }: Run,
  keys: readonly string[],
): Promise<MetricPoint[][]> {
  return Promise.all(keys.map((key) => store.metricHistory(runId, key)));
}

interface Printer {
  run(run: Run): void;
  line(line: TailLine): void;
  status(run: Run): void;
}

/** Prints one object per line, each with its type. */
function jsonPrinter(terminal: Terminal): Printer {
  const status = ({ runId, name, status, startTimeMs, endTimeMs, lostReason }: Run): void => {
    const facts = { runId, name, status, startTimeMs, endTimeMs, lostReason };
    terminal.out(renderJsonLine({ type: 'status', ...facts }));
  };
  return {
    run: status,
    line: (line) => terminal.out(renderJsonLine({ type: 'metrics', ...line })),
    status,
  };
}

function textPrinter(terminal: Terminal): Printer {
  const style = styleOf(terminal);
  return {
    run: (run) => {
      terminal.out(`${style.heading(printable(run.name))}  ${style.dim(run.runId)}\n`);
      say(terminal, statusLine(run, style));
    },
    line: ({ timestampMs, step, metrics }) => {
      const values = Object.entries(metrics).map(
        ([key, value]) => `${printable(key)}=${formatNumber(value)}`,
      );
      const when = style.dim(`${formatTime(timestampMs)}  step ${step}`);
      terminal.out(`${when}  ${values.join('  ')}\n`);
    },
    status: (run) => say(terminal, statusLine(run, style)),
  };
}

function statusLine({ status, startTimeMs, endTimeMs, lostReason }: Run, style: Style): string {
  const mark = status === 'FINISHED' ? style.good : status === 'RUNNING' ? style.busy : style.bad;
  const took = endTimeMs === undefined ? '' : ` after ${formatDuration(endTimeMs - startTimeMs)}`;
  const lost = lostReason === undefined ? '' : `: ${printable(lostReason)}`;
  return `${mark(statusText(status))}${took}${lost}\n`;
}
