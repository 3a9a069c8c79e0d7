import type { RunId } from '../model/ids.ts';
import { isRecord } from '../model/is-record.ts';
import { decodeFields } from './event-fields.ts';
import { MalformedFields } from './field-values.ts';
import type { MetricSeriesLogged } from './kinds/metric-series.ts';
import type { MetricsLogged } from './kinds/metrics.ts';
import type { RunCreated } from './kinds/run-created.ts';
import type { RunUpdated } from './kinds/run-updated.ts';
import { isStamp } from './stamp.ts';
import type { StoreEvent } from './store-event.ts';

/** An event and its hybrid stamp: one line of a log. */
export interface StampedEvent {
  readonly stampUs: number;
  readonly event: StoreEvent;
}

/** The result of decoding one line of a log. */
export type DecodedLine =
  | { readonly outcome: 'event'; readonly stampUs: number; readonly event: StoreEvent }
  /** A kind that a newer version added to the format: skipped, and reported by the doctor. */
  | { readonly outcome: 'unknown-kind'; readonly stampUs: number; readonly kind: string }
  | { readonly outcome: 'damaged'; readonly reason: string };

/**
 * Encodes one line of a log, without its newline: `{"at":<stamp in µs>,"kind":…,…}`. The event's own time (`timeMs`)
 * is left out when it is the stamp's millisecond; NaN and the infinities are the strings "NaN", "Infinity" and
 * "-Infinity", which DuckDB casts to DOUBLE.
 */
export function encodeEventLine(stampUs: number, event: StoreEvent): string {
  // Events that a training logs all the time are encoded by hand: JSON.stringify of a new object takes twice as long.
  switch (event.kind) {
    case 'metrics':
      return encodeMetrics(stampUs, event);
    case 'metric-series':
      return encodeSeries(stampUs, event);
    case 'params':
      return `${beginning(stampUs, event)},"params":${JSON.stringify(event.params)}}`;
    case 'tags':
      return `${beginning(stampUs, event)},"tags":${JSON.stringify(event.tags)}}`;
    case 'run-created':
      return encodeCreation(stampUs, event);
    case 'run-updated':
      return encodeUpdate(stampUs, event);
    default: {
      const { kind, ...fields } = event;
      const line: Record<string, unknown> = { at: stampUs, kind, ...fields };
      if (line.timeMs === Math.floor(stampUs / 1000)) delete line.timeMs;
      return JSON.stringify(line);
    }
  }
}

/** Parses one line without its newline. Never throws: the outcome says why a line is not an event. */
export function decodeEventLine(text: string): DecodedLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { outcome: 'damaged', reason: 'is not JSON' };
  }
  if (!isRecord(value)) {
    return { outcome: 'damaged', reason: 'is not a JSON object' };
  }
  const { at, kind } = value;
  if (!isStamp(at)) {
    return { outcome: 'damaged', reason: 'has no stamp "at" before the year 2100' };
  }
  if (typeof kind !== 'string') return { outcome: 'damaged', reason: 'has no "kind"' };
  const event = decodeFields(kind, value, Math.floor(at / 1000));
  if (event === 'unknown-kind') return { outcome: 'unknown-kind', stampUs: at, kind };
  if (event instanceof MalformedFields) {
    return { outcome: 'damaged', reason: `of kind "${kind}" ${event.message}` };
  }
  return { outcome: 'event', stampUs: at, event };
}

function encodeCreation(stampUs: number, event: RunCreated): string {
  const { experiment, name, user, timeMs, tags, remote } = event;
  let line = `${beginning(stampUs, event)},"experiment":${JSON.stringify(experiment)}`;
  line += `,"name":${JSON.stringify(name)},"user":${JSON.stringify(user)}`;
  if (timeMs !== Math.floor(stampUs / 1000)) line += `,"timeMs":${timeMs}`;
  if (tags !== undefined) line += `,"tags":${JSON.stringify(tags)}`;
  return remote === undefined ? `${line}}` : `${line},"remote":true}`;
}

function encodeUpdate(stampUs: number, event: RunUpdated): string {
  const { status, endTimeMs, name, stage, remote } = event;
  let line = beginning(stampUs, event);
  if (status !== undefined) line += `,"status":"${status}"`;
  if (endTimeMs !== undefined) line += `,"endTimeMs":${endTimeMs}`;
  if (name !== undefined) line += `,"name":${JSON.stringify(name)}`;
  if (stage !== undefined) line += `,"stage":"${stage}"`;
  return remote === undefined ? `${line}}` : `${line},"remote":true}`;
}

function encodeMetrics(stampUs: number, event: MetricsLogged): string {
  let line = beginning(stampUs, event);
  if (event.timeMs !== Math.floor(stampUs / 1000)) line += `,"timeMs":${event.timeMs}`;
  line += `,"step":${event.step},"metrics":{`;
  let separator = '';
  for (const key of Object.keys(event.metrics)) {
    line += `${separator}${quoted(key)}:${encodeNumber(event.metrics[key] as number)}`;
    separator = ',';
  }
  return `${line}}${encodeSubject(event)}}`;
}

function encodeSeries(stampUs: number, event: MetricSeriesLogged): string {
  let line = beginning(stampUs, event);
  if (event.timeMs !== Math.floor(stampUs / 1000)) line += `,"timeMs":${event.timeMs}`;
  line += `,"key":${JSON.stringify(event.key)},"steps":[${event.steps.join()}]`;
  if (event.elapsedMs !== undefined) line += `,"elapsedMs":[${event.elapsedMs.join()}]`;
  line += `,"values":[${event.values.map(encodeNumber).join()}]`;
  return `${line}${encodeSubject(event)}}`;
}

function beginning(stampUs: number, { kind, run }: { kind: string; run: RunId }): string {
  return `{"at":${digits(stampUs)},"kind":"${kind}","run":"${run}"`;
}

const SECOND_US = 1_000_000;
/** The digits of the last stamp down to the second, cached because most stamps are in the same second as the last. */
let second = { at: 0, digits: '' };

/** Returns a stamp as text, twice as fast as `String`, which is slow for such large numbers. */
function digits(stampUs: number): string {
  const at = Math.floor(stampUs / SECOND_US);
  if (at === 0) return String(stampUs);
  if (at !== second.at) second = { at, digits: String(at) };
  return second.digits + String(SECOND_US + (stampUs - at * SECOND_US)).slice(1);
}

/** Keys in their JSON form, cached because a training logs the same few keys a million times. */
const quotedKeys = new Map<string, string>();
const QUOTED_KEYS_LIMIT = 10_000;

function quoted(key: string): string {
  let text = quotedKeys.get(key);
  if (text === undefined) {
    text = JSON.stringify(key);
    if (quotedKeys.size === QUOTED_KEYS_LIMIT) quotedKeys.clear();
    quotedKeys.set(key, text);
  }
  return text;
}

/** Encodes the dataset and the model that the values are about. */
function encodeSubject({ dataset, model }: MetricsLogged | MetricSeriesLogged): string {
  const named = dataset === undefined ? '' : `,"dataset":${JSON.stringify(dataset)}`;
  return model === undefined ? named : `${named},"model":"${model}"`;
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}
