import type { RunId } from '../model/ids.ts';
import { keyProblem } from '../model/names.ts';
import { AsciiNames } from './ascii-names.ts';
import type { StampedEvent } from './event-line.ts';
import { MalformedFields, runId } from './field-values.ts';
import { JsonBytes } from './json-bytes.ts';
import { isStamp } from './stamp.ts';

const AT = JsonBytes.literal('{"at":');
const METRICS_TEXT = ',"kind":"metrics","run":"';
const METRICS = JsonBytes.literal(METRICS_TEXT);
const SERIES = JsonBytes.literal(',"kind":"metric-series","run":"');
const TIME = JsonBytes.literal(',"timeMs":');
const STEP = JsonBytes.literal(',"step":');
const VALUES_OF_KEYS = JsonBytes.literal(',"metrics":{');
const KEY = JsonBytes.literal(',"key":"');
const STEPS = JsonBytes.literal(',"steps":[');
const ELAPSED = JsonBytes.literal(',"elapsedMs":[');
const VALUES = JsonBytes.literal(',"values":[');
const CHECK = JsonBytes.literal(',"crc":');

/** The number of first keys of a line to keep for the next line. */
const MOST_LAST_KEYS = 64;

const COMMA = 44;
const COLON = 58;
const QUOTE = 34;
const CLOSING_BRACE = 125;
const CLOSING_BRACKET = 93;

/**
 * Reads lines of metrics in the form that the writer uses, from their bytes and without `JSON.parse`, because a training
 * logs a million of them. For a line in any other form, such as one with a dataset or a model, use `decodeEventLine`. For
 * the lines that this class reads, both give the same event. It does not compare the check at the end of the line. The
 * fields have the values of the last line until the next one is read.
 */
export class MetricLine {
  stampUs = 0;
  run: RunId = '' as RunId;
  timeMs = 0;
  /** The step. A line with one step has keys and a value for each; a series has one key and a value for each step. */
  step = 0;
  isSeries = false;
  keys: string[] = [];
  values: number[] = [];
  steps: number[] = [];
  /** The times of the points of a series, if they differ. */
  elapsedMs: number[] | undefined;

  readonly #json = new JsonBytes();
  readonly #keys = new AsciiNames((text) => keyProblem(text) === undefined && text !== '__proto__');
  readonly #runs = new AsciiNames(isRunId);
  /** The bytes after the stamp in lines of the last run. The next line mostly is of the same run. */
  #lastBeginning: Uint8Array = JsonBytes.literal(`${METRICS_TEXT}"`);
  #lastRun = '' as RunId;
  /** The keys of the last lines by their place, with the colon after them. The next line mostly has the same. */
  readonly #lastKeys: { readonly key: string; readonly bytes: Uint8Array }[] = [];

  /** Reads the line between two places, without its newline. Returns false for a line in another form. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    const json = this.#json;
    json.begin(bytes, from, to);
    if (!json.skip(AT) || !json.integer()) return false;
    this.stampUs = json.number;
    if (!isStamp(this.stampUs)) return false;
    if (json.skip(this.#lastBeginning)) {
      this.isSeries = false;
      this.run = this.#lastRun;
    } else if (!this.#readRun(json)) return false;
    this.timeMs = Math.floor(this.stampUs / 1000);
    if (json.skip(TIME)) {
      if (!json.integer()) return false;
      this.timeMs = json.number;
    }
    const isRead = this.isSeries ? this.#readSeries(json) : this.#readMetrics(json);
    if (!isRead) return false;
    if (json.skip(CHECK) && !json.natural()) return false;
    return json.take(CLOSING_BRACE) && json.isAtEnd;
  }

  /** Returns the event of the last line that was read. */
  event(): StampedEvent {
    const { stampUs, run, timeMs, step, keys, values } = this;
    if (!this.isSeries) {
      const metrics: Record<string, number> = {};
      for (let place = 0; place < keys.length; place += 1) {
        metrics[keys[place] as string] = values[place] as number;
      }
      return { stampUs, event: { kind: 'metrics', run, timeMs, step, metrics } };
    }
    const { steps, elapsedMs } = this;
    const key = keys[0] as string;
    const times = elapsedMs === undefined ? {} : { elapsedMs };
    return { stampUs, event: { kind: 'metric-series', run, timeMs, key, steps, ...times, values } };
  }

  #readRun(json: JsonBytes): boolean {
    const from = json.at;
    if (json.skip(METRICS)) this.isSeries = false;
    else if (json.skip(SERIES)) this.isSeries = true;
    else return false;
    const run = json.name(this.#runs);
    if (run === undefined) return false;
    this.run = run as RunId;
    if (!this.isSeries) {
      this.#lastRun = this.run;
      this.#lastBeginning = json.since(from);
    }
    return true;
  }

  #readMetrics(json: JsonBytes): boolean {
    if (!json.skip(STEP) || !json.integer()) return false;
    this.step = json.number;
    if (!json.skip(VALUES_OF_KEYS)) return false;
    // New arrays, because the event of an earlier series has the old ones.
    this.keys = [];
    this.values = [];
    if (json.take(CLOSING_BRACE)) return true;
    do {
      const key = this.#readKey(json);
      if (key === undefined || !json.value()) return false;
      this.keys.push(key);
      this.values.push(json.number);
    } while (json.take(COMMA));
    return json.take(CLOSING_BRACE);
  }

  /** Reads the next key of a line and the colon after it. */
  #readKey(json: JsonBytes): string | undefined {
    const place = this.keys.length;
    const last = this.#lastKeys[place];
    if (last !== undefined && json.skip(last.bytes)) return last.key;
    const from = json.at;
    const key = json.take(QUOTE) ? json.name(this.#keys) : undefined;
    if (key === undefined || !json.take(COLON)) return undefined;
    if (place < MOST_LAST_KEYS) this.#lastKeys[place] = { key, bytes: json.since(from) };
    return key;
  }

  #readSeries(json: JsonBytes): boolean {
    const key = json.skip(KEY) ? json.name(this.#keys) : undefined;
    if (key === undefined) return false;
    this.keys = [key];
    if (!json.skip(STEPS)) return false;
    const steps = integersOf(json);
    if (steps === undefined) return false;
    const isTimed = json.skip(ELAPSED);
    const elapsedMs = isTimed ? integersOf(json) : undefined;
    if (isTimed && elapsedMs === undefined) return false;
    if (!json.skip(VALUES)) return false;
    const values = valuesOf(json);
    if (values?.length !== steps.length) return false;
    if (elapsedMs !== undefined && elapsedMs.length !== steps.length) return false;
    this.steps = steps;
    this.elapsedMs = elapsedMs;
    this.values = values;
    return true;
  }
}

/** The shared reader. Callers read one line at a time. */
const line = new MetricLine();

/** Returns the event of a line of metrics in the form that the writer uses; `undefined` for every other line. */
export function decodeMetricLine(
  bytes: Uint8Array,
  from: number,
  to: number,
): StampedEvent | undefined {
  return line.read(bytes, from, to) ? line.event() : undefined;
}

function integersOf(json: JsonBytes): number[] | undefined {
  const numbers: number[] = [];
  if (json.take(CLOSING_BRACKET)) return numbers;
  do {
    if (!json.integer()) return undefined;
    numbers.push(json.number);
  } while (json.take(COMMA));
  return json.take(CLOSING_BRACKET) ? numbers : undefined;
}

function valuesOf(json: JsonBytes): number[] | undefined {
  const numbers: number[] = [];
  if (json.take(CLOSING_BRACKET)) return numbers;
  do {
    if (!json.value()) return undefined;
    numbers.push(json.number);
  } while (json.take(COMMA));
  return json.take(CLOSING_BRACKET) ? numbers : undefined;
}

function isRunId(text: string): boolean {
  try {
    runId(text);
    return true;
  } catch (error) {
    if (error instanceof MalformedFields) return false;
    throw error;
  }
}
