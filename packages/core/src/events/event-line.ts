import { decodeFields, type Fields } from './event-fields.ts';
import { isStamp } from './stamp.ts';
import type { MetricSeriesLogged, MetricsLogged, StoreEvent } from './store-event.ts';

/** An event and its hybrid stamp: one line of a log. */
export interface StampedEvent {
  readonly stampUs: number;
  readonly event: StoreEvent;
}

/** What a line of a log turned out to be. */
export type DecodedLine =
  | { readonly outcome: 'event'; readonly stampUs: number; readonly event: StoreEvent }
  /** A kind that a newer version added to the format: skipped, and reported by the doctor. */
  | { readonly outcome: 'unknown-kind'; readonly stampUs: number; readonly kind: string }
  | { readonly outcome: 'damaged'; readonly reason: string };

/**
 * One line of a log, with its newline: `{"at":<stamp in µs>,"kind":…,…}`. The event's own time
 * (`timeMs`) is left out when it is the stamp's millisecond; NaN and the infinities are the strings
 * "NaN", "Infinity" and "-Infinity", which DuckDB casts to DOUBLE.
 */
export function encodeEventLine(stampUs: number, event: StoreEvent): string {
  if (event.kind === 'metrics') return encodeMetrics(stampUs, event);
  if (event.kind === 'metric-series') return encodeSeries(stampUs, event);
  const { kind, ...fields } = event;
  const line: Record<string, unknown> = { at: stampUs, kind, ...fields };
  if (line.timeMs === Math.floor(stampUs / 1000)) delete line.timeMs;
  return `${JSON.stringify(line)}\n`;
}

/** Parses one line without its newline. Never throws: what it cannot take is said in the outcome. */
export function decodeEventLine(text: string): DecodedLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { outcome: 'damaged', reason: 'is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { outcome: 'damaged', reason: 'is not a JSON object' };
  }
  const fields = value as Fields;
  const { at, kind } = fields;
  if (!isStamp(at)) {
    return { outcome: 'damaged', reason: 'has no stamp "at" before the year 2100' };
  }
  if (typeof kind !== 'string') return { outcome: 'damaged', reason: 'has no "kind"' };
  const event = decodeFields(kind, fields, Math.floor(at / 1000));
  if (event === 'unknown-kind') return { outcome: 'unknown-kind', stampUs: at, kind };
  if (event === undefined) {
    return { outcome: 'damaged', reason: `has a missing or malformed field for kind "${kind}"` };
  }
  return { outcome: 'event', stampUs: at, event };
}

/** The hot path: written by hand, because JSON.stringify of a fresh object costs twice as much. */
function encodeMetrics(stampUs: number, event: MetricsLogged): string {
  let line = `{"at":${stampUs},"kind":"metrics","run":"${event.run}"`;
  if (event.timeMs !== Math.floor(stampUs / 1000)) line += `,"timeMs":${event.timeMs}`;
  line += `,"step":${event.step},"metrics":{`;
  let separator = '';
  for (const key of Object.keys(event.metrics)) {
    line += `${separator}${quoted(key)}:${encodeNumber(event.metrics[key] as number)}`;
    separator = ',';
  }
  return `${line}}${encodeSubject(event)}}\n`;
}

function encodeSeries(stampUs: number, event: MetricSeriesLogged): string {
  let line = `{"at":${stampUs},"kind":"metric-series","run":"${event.run}"`;
  if (event.timeMs !== Math.floor(stampUs / 1000)) line += `,"timeMs":${event.timeMs}`;
  line += `,"key":${JSON.stringify(event.key)},"steps":[${event.steps.join()}]`;
  if (event.elapsedMs !== undefined) line += `,"elapsedMs":[${event.elapsedMs.join()}]`;
  line += `,"values":[${event.values.map(encodeNumber).join()}]`;
  return `${line}${encodeSubject(event)}}\n`;
}

/** Keys as they stand in lines: a training logs the same few a million times. */
const quotedKeys = new Map<string, string>();
const QUOTED_KEYS_LIMIT = 10_000;

function quoted(key: string): string {
  let text = quotedKeys.get(key);
  if (text === undefined) {
    text = JSON.stringify(key);
    if (quotedKeys.size < QUOTED_KEYS_LIMIT) quotedKeys.set(key, text);
  }
  return text;
}

/** The dataset and the model that the values speak of. */
function encodeSubject({ dataset, model }: MetricsLogged | MetricSeriesLogged): string {
  const named = dataset === undefined ? '' : `,"dataset":${JSON.stringify(dataset)}`;
  return model === undefined ? named : `${named},"model":"${model}"`;
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}
