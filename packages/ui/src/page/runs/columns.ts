import type { Run } from '@tidemark/core';
import { numberText } from '../text/number-text.ts';
import { agoText, durationText, momentText } from '../text/time-text.ts';

/** One column of the table of runs. */
export interface Column {
  /** The field in filters and orders of searches, such as `metrics.loss`. The column is known by it. */
  readonly id: string;
  readonly group: 'run' | 'metrics' | 'params' | 'tags';
  readonly title: string;
  readonly widthPx: number;
  readonly isNumber: boolean;
  /** What `order_by` of a search calls the column; absent if runs cannot be ordered by it. */
  readonly orderField?: string;
  /** The text of a cell; empty if the run has no value. */
  readonly text: (run: Run) => string;
  /** The whole value, for the title of a cell. */
  readonly exact?: (run: Run) => string;
}

const FIXED: readonly Column[] = [
  {
    id: 'started',
    group: 'run',
    title: 'Started',
    widthPx: 110,
    isNumber: false,
    orderField: 'attributes.start_time',
    text: ({ startTimeMs }) => agoText(startTimeMs),
    exact: ({ startTimeMs }) => momentText(startTimeMs),
  },
  {
    id: 'duration',
    group: 'run',
    title: 'Duration',
    widthPx: 110,
    isNumber: true,
    text: ({ startTimeMs, endTimeMs }) => durationText((endTimeMs ?? Date.now()) - startTimeMs),
  },
  {
    id: 'user',
    group: 'run',
    title: 'User',
    widthPx: 110,
    isNumber: false,
    orderField: 'attributes.user_id',
    text: ({ userId }) => userId,
  },
];

/** Tags that programs set for each other. A person chooses them by name. */
const IS_SYSTEM_TAG = /^(mlflow|tidemark)\./;

/**
 * Returns the columns of these runs: the fixed ones, then every metric, param and tag that one of them has, sorted by name.
 */
export function columnsOf(runs: readonly Run[]): Column[] {
  const keys = { metrics: new Set<string>(), params: new Set<string>(), tags: new Set<string>() };
  for (const run of runs) {
    for (const key in run.metrics) keys.metrics.add(key);
    for (const key in run.params) keys.params.add(key);
    for (const key in run.tags) if (!IS_SYSTEM_TAG.test(key)) keys.tags.add(key);
  }
  return [
    ...FIXED,
    ...[...keys.metrics].sort().map(metricColumn),
    ...[...keys.params].sort().map((key) => textColumn('params', key)),
    ...[...keys.tags].sort().map((key) => textColumn('tags', key)),
  ];
}

/** Returns whether every one of at least two runs has the same text in a column. Such a column tells nothing apart. */
export function isConstant({ text }: Column, runs: readonly Run[]): boolean {
  const [first, ...others] = runs;
  if (first === undefined || others.length === 0) return false;
  const value = text(first);
  return others.every((run) => text(run) === value);
}

function metricColumn(key: string): Column {
  const metricOf = (run: Run): number | undefined =>
    Object.hasOwn(run.metrics, key) ? run.metrics[key]?.value : undefined;
  return {
    ...keyColumn('metrics', key),
    isNumber: true,
    text: (run) => {
      const value = metricOf(run);
      return value === undefined ? '' : numberText(value);
    },
    exact: (run) => String(metricOf(run) ?? ''),
  };
}

function textColumn(group: 'params' | 'tags', key: string): Column {
  const text = (run: Run): string =>
    Object.hasOwn(run[group], key) ? (run[group][key] ?? '') : '';
  return { ...keyColumn(group, key), isNumber: false, text, exact: text };
}

/** Widths in pixels; a letter of a title is about 8 wide. */
const LETTER_PX = 8;
const PADDING_PX = 40;
const LEAST_PX = 96;
const GREATEST_PX = 240;

function keyColumn(
  group: 'metrics' | 'params' | 'tags',
  key: string,
): Pick<Column, 'id' | 'group' | 'title' | 'widthPx' | 'orderField'> {
  // A key that contains a backtick cannot be written in MLflow's language.
  const name = /^[A-Za-z_][\w.]*$/.test(key) ? key : `\`${key}\``;
  return {
    id: `${group}.${key}`,
    group,
    title: key,
    widthPx: Math.min(GREATEST_PX, Math.max(LEAST_PX, key.length * LETTER_PX + PADDING_PX)),
    ...(key.includes('`') ? {} : { orderField: `${group}.${name}` }),
  };
}
