import { PointColumns } from '../../fold/point-columns.ts';
import type { RunId } from '../../model/ids.ts';
import type { MetricPoint } from '../../model/metric.ts';
import type { PointSubject } from '../../model/metric-columns.ts';
import { GrowingNumbers } from '../index/growing-numbers.ts';
import { inPartOrder } from '../index/run-ids.ts';
import { NamePlaces } from './name-places.ts';
import type { CoveredLines } from './points-format.ts';

/** The most points in memory at once. */
export const MOST_GATHERED = 1_000_000;
/** A run with more points is not a small one. */
const MOST_ONLY = 1000;
/** The points to sort before other work gets its turn. */
const POINTS_A_TURN = 65_536;

/** Takes the only point of a metric. */
export type TakePoint = (key: string, step: number, timeMs: number, value: number) => void;

/** The points of one run, metric by metric. */
export interface GatheredRun {
  readonly runId: RunId;
  /** The logs that they are from, as places in `logs`. */
  readonly logs: Iterable<number>;
  /**
   * Calls `take` with the point of each metric, sorted by key, if no metric has more than one, and none is about a dataset or
   * a model, which is so for most small runs. Returns whether it did.
   */
  readonly eachOnly: (take: TakePoint) => boolean;
  /** The points of each metric, sorted by key. They are not settled. `undefined` between two turns. */
  readonly series: Iterable<readonly [key: string, columns: PointColumns] | undefined>;
}

/**
 * Points of many runs that were read from lines, and the ranges of these lines. The points are in columns in the order in
 * which they were read, because a store may have a million metrics of one point each.
 */
export class Gathered {
  readonly logs: CoveredLines[] = [];
  readonly #runs = new NamePlaces<RunId>();
  readonly #keys = new NamePlaces<string>();
  /** By point. */
  readonly #runOf = new GrowingNumbers(Uint32Array);
  readonly #keyOf = new GrowingNumbers(Uint32Array);
  readonly #steps = new GrowingNumbers(Float64Array);
  readonly #timesMs = new GrowingNumbers(Float64Array);
  readonly #values = new GrowingNumbers(Float64Array);
  readonly #subjects = new Map<number, PointSubject>();
  /** By run: the logs that it has points from. A run mostly is in one log, so the first is not in a set. */
  readonly #firstLogs: number[] = [];
  readonly #moreLogs = new Map<number, Set<number>>();

  get pointCount(): number {
    return this.#values.length;
  }

  get isFull(): boolean {
    return this.pointCount >= MOST_GATHERED;
  }

  /** Notes that a log has points of a run, by default the log that comes next. Returns the place of the run for `add`. */
  run(runId: RunId, log: number = this.logs.length): number {
    const run = this.#runs.place(runId);
    const first = this.#firstLogs[run];
    if (first === undefined) this.#firstLogs[run] = log;
    else if (first !== log) {
      const more = this.#moreLogs.get(run);
      if (more === undefined) this.#moreLogs.set(run, new Set([log]));
      else more.add(log);
    }
    return run;
  }

  /** Adds one point of a run. */
  add(run: number, key: string, step: number, timeMs: number, value: number): void {
    this.#runOf.push(run);
    this.#keyOf.push(this.#keys.place(key));
    this.#steps.push(step);
    this.#timesMs.push(timeMs);
    this.#values.push(value);
  }

  /** Adds one point of a run with what it is about. */
  addPoint(run: number, point: MetricPoint): void {
    const columns = new PointColumns();
    columns.addPoint(point);
    this.addColumns(run, point.key, columns);
  }

  /** Adds the points of one metric of a run. */
  addColumns(run: number, key: string, columns: PointColumns): void {
    const { steps, timesMs, values, subjects, length } = columns;
    for (let place = 0; place < length; place += 1) {
      const subject = subjects?.[place];
      if (subject !== undefined) this.#subjects.set(this.pointCount, subject);
      this.add(run, key, steps[place] as number, timesMs[place] as number, values[place] as number);
    }
  }

  /** Yields the runs, sorted if so wanted. What a run has is valid until the next one. `undefined` between two turns. */
  *byRun({ isSorted = false }: { isSorted?: boolean } = {}): Generator<GatheredRun | undefined> {
    const { ends, places } = yield* grouped(this.#runOf, this.#runs.size);
    const keys = new KeyCounts(this.#keys.names);
    const ids = isSorted ? yield* turns(inPartOrder(this.#runs.names)) : this.#runs.names;
    for (const runId of ids) {
      const run = this.#runs.place(runId);
      const own = places.subarray(run === 0 ? 0 : ends[run - 1], ends[run]);
      const logs = [this.#firstLogs[run] as number, ...(this.#moreLogs.get(run) ?? [])];
      const eachOnly = (take: TakePoint): boolean => this.#eachOnly(own, keys, take);
      yield { runId, logs, eachOnly, series: this.#seriesOf(own, keys) };
    }
  }

  #eachOnly(places: Uint32Array, keys: KeyCounts, take: TakePoint): boolean {
    if (this.#subjects.size > 0 || places.length > MOST_ONLY) return false;
    keys.clear();
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at] as number;
      keys.add(this.#keyOf.at(place), place);
    }
    if (keys.size < places.length) return false;
    const [steps, timesMs, values] = [this.#steps.array, this.#timesMs.array, this.#values.array];
    for (const key of keys.sorted()) {
      const place = keys.lastPlace(key);
      take(
        this.#keys.names[key] as string,
        steps[place] as number,
        timesMs[place] as number,
        values[place] as number,
      );
    }
    return true;
  }

  /** Yields the points at some places, which are in the order in which they were read, by metric. */
  *#seriesOf(
    places: Uint32Array,
    keys: KeyCounts,
  ): Generator<[key: string, columns: PointColumns] | undefined> {
    keys.clear();
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at] as number;
      keys.add(this.#keyOf.at(place), place);
      if (at % POINTS_A_TURN === POINTS_A_TURN - 1) yield undefined;
    }
    const several = new Map<number, PointColumns>();
    if (keys.size < places.length) {
      for (let at = 0; at < places.length; at += 1) {
        const place = places[at] as number;
        const key = this.#keyOf.at(place);
        if (keys.count(key) > 1) this.#addTo(columnsFor(several, key, keys.count(key)), place);
        if (at % POINTS_A_TURN === POINTS_A_TURN - 1) yield undefined;
      }
    }
    const single = new PointColumns();
    for (const key of keys.sorted()) {
      const columns = several.get(key) ?? single;
      if (columns === single) {
        single.clear();
        this.#addTo(single, keys.lastPlace(key));
      }
      yield [this.#keys.names[key] as string, columns];
    }
  }

  #addTo(columns: PointColumns, place: number): void {
    const subject = this.#subjects.size === 0 ? undefined : this.#subjects.get(place);
    const { array: steps } = this.#steps;
    const [step, timeMs] = [steps[place] as number, this.#timesMs.array[place] as number];
    columns.add(step, timeMs, this.#values.array[place] as number, subject);
  }
}

function columnsFor(series: Map<number, PointColumns>, key: number, count: number): PointColumns {
  let columns = series.get(key);
  if (columns === undefined) {
    columns = new PointColumns();
    columns.expect(count);
    series.set(key, columns);
  }
  return columns;
}

/** How many points of each key a run has, for one run after the other. */
class KeyCounts {
  /** By key: its place in the order of keys. */
  readonly #ranks: Uint32Array;
  readonly #counts: Uint32Array;
  readonly #lastPlaces: Uint32Array;
  #keys: number[] = [];

  constructor(names: readonly string[]) {
    const sorted = [...names.keys()].sort((a, b) =>
      (names[a] as string) < (names[b] as string) ? -1 : 1,
    );
    this.#ranks = new Uint32Array(names.length);
    for (const [rank, key] of sorted.entries()) this.#ranks[key] = rank;
    this.#counts = new Uint32Array(names.length);
    this.#lastPlaces = new Uint32Array(names.length);
  }

  get size(): number {
    return this.#keys.length;
  }

  clear(): void {
    for (const key of this.#keys) this.#counts[key] = 0;
    this.#keys = [];
  }

  add(key: number, place: number): void {
    const count = this.#counts[key] as number;
    if (count === 0) this.#keys.push(key);
    this.#counts[key] = count + 1;
    this.#lastPlaces[key] = place;
  }

  count(key: number): number {
    return this.#counts[key] as number;
  }

  lastPlace(key: number): number {
    return this.#lastPlaces[key] as number;
  }

  sorted(): readonly number[] {
    const ranks = this.#ranks;
    return this.#keys.sort((a, b) => (ranks[a] as number) - (ranks[b] as number));
  }
}

interface Groups {
  /** By number: the end of its places in `places`. */
  readonly ends: Uint32Array;
  readonly places: Uint32Array;
}

/** Groups places by number. Places of one number keep their order. */
function* grouped(
  numbers: GrowingNumbers<Uint32Array>,
  count: number,
): Generator<undefined, Groups> {
  const ends = new Uint32Array(count);
  const places = new Uint32Array(numbers.length);
  const { array } = numbers;
  for (let place = 0; place < places.length; place += 1) {
    const number = array[place] as number;
    ends[number] = (ends[number] as number) + 1;
  }
  yield undefined;
  let end = 0;
  for (let number = 0; number < count; number += 1) {
    const size = ends[number] as number;
    ends[number] = end;
    end += size;
  }
  yield undefined;
  // Here each is where its places begin, and moves to where they end.
  for (let place = 0; place < places.length; place += 1) {
    const number = array[place] as number;
    places[ends[number] as number] = place;
    ends[number] = (ends[number] as number) + 1;
  }
  yield undefined;
  return { ends, places };
}

function* turns<Result>(work: Generator<void, Result>): Generator<undefined, Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    yield undefined;
  }
}
