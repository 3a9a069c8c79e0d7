import type { RunStatus } from '@tidemark/core';
import type { Style } from './style.ts';
import type { Cell } from './table.ts';

/** A run's status with a mark that reads without colours. */
export function statusText(status: RunStatus): string {
  return `${MARKS[status]} ${status}`;
}

/** The same, coloured where there are colours. */
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
