import type { RunStatus } from '@tidemark/core';
import type { Style } from './style.ts';
import type { Cell } from './table.ts';

/** Returns a run's status with a mark that is readable without colours. */
export function statusText(status: RunStatus): string {
  return `${MARKS[status]} ${status}`;
}

/** Returns the status as a cell, with colours on a terminal that has them. */
export function statusCell(status: RunStatus, style: Style): Cell {
  const mark = { '✓': style.good, '✗': style.bad, '●': style.busy }[MARKS[status]];
  return { text: statusText(status), mark };
}

const MARKS: Readonly<Record<RunStatus, '✓' | '✗' | '●'>> = {
  FINISHED: '✓',
  FAILED: '✗',
  KILLED: '✗',
  RUNNING: '●',
  SCHEDULED: '●',
};
