import type { BucketPoints } from '../model/bucket-columns.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import { compareNumbers, comparePoints, type MetricPoint } from '../model/metric.ts';
import type { MetricColumns, PointSubject } from '../model/metric-columns.ts';

/** The columns before the first point, shared because a store may have a million metrics. */
const NONE: Float64Array = new Float64Array(0);
const FIRST_CAPACITY = 8;
/** The number of points to compare before other work gets its turn. */
const POINTS_A_TURN = 32_768;

/**
 * Points of one metric of one run in columns: a million points take 24 MB, a quarter of the memory of objects. After
 * `settle` they are in the order of a history, without duplicates.
 */
export class PointColumns {
  length = 0;
  /** The steps. The arrays may be longer than the number of points. */
  steps: Float64Array = NONE;
  timesMs: Float64Array = NONE;
  values: Float64Array = NONE;
  /** The subjects of the points, by place; `undefined` while no point has a subject. */
  subjects: (PointSubject | undefined)[] | undefined;

  /** Makes columns of these points. They use the arrays, which must be of equal length. */
  static from(steps: Float64Array, timesMs: Float64Array, values: Float64Array): PointColumns {
    const columns = new PointColumns();
    columns.length = steps.length;
    columns.steps = steps;
    columns.timesMs = timesMs;
    columns.values = values;
    return columns;
  }

  /** Appends one point. */
  add(step: number, timestampMs: number, value: number, subject?: PointSubject): void {
    const place = this.length;
    if (place === this.steps.length) this.#makeRoom(Math.max(place + 1, FIRST_CAPACITY));
    this.steps[place] = step;
    this.timesMs[place] = timestampMs;
    this.values[place] = value;
    this.length = place + 1;
    if (subject === undefined) return;
    this.subjects ??= [];
    this.subjects[place] = subject;
  }

  /** Returns separate columns with the same points. */
  copy(): PointColumns {
    const columns = new PointColumns();
    columns.addColumns(this);
    return columns;
  }

  /** Removes all points, and keeps the space for others. */
  clear(): void {
    this.length = 0;
    this.subjects = undefined;
  }

  /** Appends one point with what it is about. */
  addPoint(point: MetricPoint): void {
    const { datasetName, datasetDigest, modelId } = point;
    const hasSubject = datasetName !== undefined || modelId !== undefined;
    const subject: { -readonly [Key in keyof PointSubject]: PointSubject[Key] } = {};
    if (datasetName !== undefined) subject.datasetName = datasetName;
    if (datasetDigest !== undefined) subject.datasetDigest = datasetDigest;
    if (modelId !== undefined) subject.modelId = modelId as LoggedModelId;
    this.add(point.step, point.timestampMs, point.value, hasSubject ? subject : undefined);
  }

  /** Reserves space for more points, so that adding them does not copy the others. */
  expect(count: number): void {
    this.#makeRoom(this.length + count);
  }

  /** Adds points from columns. */
  addAll(steps: Float64Array, timesMs: Float64Array, values: Float64Array): void {
    const { length } = this;
    this.#makeRoom(length + steps.length);
    this.steps.set(steps, length);
    this.timesMs.set(timesMs, length);
    this.values.set(values, length);
    this.length += steps.length;
  }

  /** Adds the points of other columns. */
  addColumns(other: PointColumns): void {
    const { length } = this;
    const count = other.length;
    this.addAll(
      other.steps.subarray(0, count),
      other.timesMs.subarray(0, count),
      other.values.subarray(0, count),
    );
    if (other.subjects === undefined) return;
    this.subjects ??= [];
    const { subjects } = this;
    other.subjects.forEach((subject, place) => {
      subjects[length + place] = subject;
    });
  }

  /** Sorts the points by timestamp, step, value and subject, and removes duplicates. */
  settle(): void {
    for (const _ of this.settleInTurns());
  }

  /** `settle` in turns, so that other work can run between them. */
  *settleInTurns(): Generator<void> {
    const starts = [0];
    let isSettled = true;
    for (let place = 1; place < this.length; place += 1) {
      const order = this.compare(place - 1, place);
      if (order > 0) starts.push(place);
      if (order >= 0) isSettled = false;
      if (place % POINTS_A_TURN === 0) yield;
    }
    if (isSettled) return;
    const order = yield* this.#merged(starts);
    const once = order.filter(
      (place, index) => index === 0 || this.compare(order[index - 1] as number, place) !== 0,
    );
    yield;
    this.#pick(once);
  }

  /** Compares two points by their order in a history; 0 for exact duplicates. */
  compare(a: number, b: number): number {
    const { steps, timesMs, values, subjects } = this;
    return (
      (timesMs[a] as number) - (timesMs[b] as number) ||
      (steps[a] as number) - (steps[b] as number) ||
      compareNumbers(values[a] as number, values[b] as number) ||
      (subjects === undefined ? 0 : comparePoints(this.at('', a), this.at('', b)))
    );
  }

  /** Returns the points as those of a metric of a run. */
  of(runId: RunId, key: string): MetricColumns {
    const { length, steps, timesMs, values, subjects } = this;
    return {
      runId,
      key,
      steps: steps.subarray(0, length),
      timesMs: timesMs.subarray(0, length),
      values: values.subarray(0, length),
      subjects,
    };
  }

  /** Returns the point at a place, as a point of this metric. */
  at(key: string, place: number): MetricPoint {
    return pointAt(key, this, place);
  }

  /** Returns all points in their order, as points of this metric. */
  points(key: string): MetricPoint[] {
    const points = new Array<MetricPoint>(this.length);
    for (let place = 0; place < points.length; place += 1) points[place] = this.at(key, place);
    return points;
  }

  /** Returns the places in order, by merging sorted pieces that begin at `starts`. Logs mostly are sorted pieces. */
  *#merged(starts: readonly number[]): Generator<void, Uint32Array> {
    let order = Uint32Array.from({ length: this.length }, (_, place) => place);
    let merged = new Uint32Array(this.length);
    for (let begins = starts; begins.length > 1; ) {
      const next: number[] = [];
      for (let piece = 0; piece < begins.length; piece += 2) {
        const from = begins[piece] as number;
        const middle = begins[piece + 1] ?? this.length;
        const to = begins[piece + 2] ?? this.length;
        next.push(from);
        let [one, other] = [from, middle];
        for (let at = from; at < to; at += 1) {
          const takesOne =
            other === to ||
            (one < middle && this.compare(order[one] as number, order[other] as number) <= 0);
          merged[at] = order[takesOne ? one++ : other++] as number;
          if (at % POINTS_A_TURN === 0) yield;
        }
      }
      [order, merged] = [merged, order];
      begins = next;
    }
    return order;
  }

  #pick(places: Uint32Array): void {
    const { subjects } = this;
    const picked = (column: Float64Array): Float64Array => {
      const chosen = new Float64Array(places.length);
      for (let index = 0; index < places.length; index += 1) {
        chosen[index] = column[places[index] as number] as number;
      }
      return chosen;
    };
    this.length = places.length;
    this.steps = picked(this.steps);
    this.timesMs = picked(this.timesMs);
    this.values = picked(this.values);
    this.subjects = subjects && Array.from(places, (place) => subjects[place]);
  }

  #makeRoom(count: number): void {
    const { length } = this.steps;
    if (count <= length) return;
    const capacity = Math.max(count, 2 * length);
    const larger = (column: Float64Array): Float64Array => {
      const room = new Float64Array(capacity);
      room.set(column.subarray(0, this.length));
      return room;
    };
    this.steps = larger(this.steps);
    this.timesMs = larger(this.timesMs);
    this.values = larger(this.values);
  }
}

/** Returns the point at a place of columns, as a point of the metric `key`. */
export function pointAt(key: string, points: BucketPoints, place: number): MetricPoint {
  const point: MetricPoint = {
    key,
    value: points.values[place] as number,
    timestampMs: points.timesMs[place] as number,
    step: points.steps[place] as number,
  };
  const subject = points.subjects?.[place];
  return subject === undefined ? point : { ...point, ...subject };
}
