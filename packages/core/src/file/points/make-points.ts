import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MetricLine } from '../../events/metric-line.ts';
import { isMetricEvent, metricPoints } from '../../fold/metric-points.ts';
import type { RunId } from '../../model/ids.ts';
import { IndexDamaged } from '../index/index-damaged.ts';
import { writeDerivedInTurns } from '../index/part-files.ts';
import { LAYOUT } from '../layout.ts';
import { judgeLine } from '../log/judge-line.ts';
import { isIntactAscii } from '../log/line-check.ts';
import { checkOf, fileFacts, isStillCovered } from '../log/log-coverage.ts';
import { decodeLogHeader, hasChecks, type LogHeader } from '../log/log-header.ts';
import { type LogLine, readLogLines } from '../log/log-lines.ts';
import { logNames } from '../log/log-reader.ts';
import { removeIfThere } from '../system/remove-if-there.ts';
import { addRead, columnsOf } from './add-points.ts';
import { type BuiltRun, encodePoints } from './points-builder.ts';
import type { CoveredLines } from './points-format.ts';
import type { PointSeries, PointsPart } from './points-part.ts';
import type { StoredPoints } from './stored-points.ts';

/** The sources of new parts of points. */
export interface PointsMaking {
  readonly folder: string;
  readonly storeId: string;
  readonly parts: StoredPoints;
  /** Called when a part is encoded, so that the part has nothing that was purged by then. */
  readonly isPurged: (runId: RunId, key: string) => boolean;
}

/** A part with this many points or series is full. */
const POINTS_A_PART = 2_000_000;
const SERIES_A_PART = 50_000;
/** A part with fewer points is always merged into the next one. */
const FEW_POINTS = 10_000;
/** The bytes to read before other work gets its turn: about five milliseconds. */
const BYTES_A_TURN = 256 * 1024;

/** The check of a log that was removed or replaced meanwhile. No log has it, so no reader uses the points of this log. */
const NO_CHECK = -1;

/** The points for the next part. */
class Gathered {
  readonly runs = new Map<RunId, BuiltRun>();
  readonly logs: CoveredLines[] = [];
  pointCount = 0;
  seriesCount = 0;

  get isFull(): boolean {
    return this.pointCount >= POINTS_A_PART || this.seriesCount >= SERIES_A_PART;
  }

  /** Returns the points of a run, and records which logs they are from. Default: the next log. */
  runOf(runId: RunId, logs: Iterable<number> = [0], first = this.logs.length): BuiltRun {
    let run = this.runs.get(runId);
    if (run === undefined) {
      run = { points: new Map(), logs: new Set() };
      this.runs.set(runId, run);
    }
    for (const log of logs) run.logs.add(first + log);
    return run;
  }
}

/**
 * Writes the points of all lines that no part covers into new parts. Other work can run at each `yield`. Returns the number
 * of parts. @throws READ_FAILED, STORE_FORMAT_TOO_NEW
 */
export function* makePoints(making: PointsMaking): Generator<void, number> {
  for (;;) {
    try {
      return yield* coverLines(making);
    } catch (error) {
      // The damaged part is no longer used, so the next round reads its lines from the logs.
      if (!(error instanceof IndexDamaged)) throw error;
    }
  }
}

function* coverLines(making: PointsMaking): Generator<void, number> {
  const { folder } = making;
  removeStale(making);
  let written = 0;
  let gathered = new Gathered();
  const covered = coveredLogs(making);
  yield;
  for (const name of logNames(folder)) {
    const reading = new LogPoints(folder, name, covered.get(name));
    while (!reading.isAtEnd) {
      yield* reading.gather(gathered);
      if (!gathered.isFull) break;
      if (yield* write(making, gathered)) written += 1;
      gathered = new Gathered();
    }
  }
  if (gathered.logs.length === 0) return written;
  const merged = yield* takeIn(making, gathered);
  if (!(yield* write(making, gathered))) return written;
  for (const file of merged) removeIfThere(join(folder, LAYOUT.index, file));
  return written + 1;
}

/** Returns how far parts cover each log from its beginning: the last of the covered ranges. */
function coveredLogs({ folder, parts }: PointsMaking): Map<string, CoveredLines> {
  const pieces = parts
    .all()
    .flatMap(([, part]) => part.header.logs)
    .filter((lines) => isStillCovered(folder, lines))
    .sort((a, b) => a.from - b.from || a.bytes - b.bytes);
  const covered = new Map<string, CoveredLines>();
  for (const piece of pieces) {
    const end = covered.get(piece.name)?.bytes ?? 0;
    if (piece.from <= end && piece.bytes > end) covered.set(piece.name, piece);
  }
  return covered;
}

/** Removes parts of logs that were replaced. No reader uses them, and they may have purged points. */
function removeStale({ folder, parts }: PointsMaking): void {
  for (const [file, part] of parts.all()) {
    if (part.header.logs.every((lines) => isStillCovered(folder, lines))) continue;
    removeIfThere(join(folder, LAYOUT.index, file));
  }
}

/**
 * Adds the points of parts that are small compared with the new points, so that there are few parts. Returns their files.
 * @throws IndexDamaged for a damaged part, which is not used again
 */
function* takeIn(making: PointsMaking, gathered: Gathered): Generator<void, string[]> {
  const merged: string[] = [];
  const sized = making.parts.all().map(([file, part]) => {
    return { file, part, count: orGiveUp(making, file, part, () => part.pointCount) };
  });
  for (const { file, part, count } of sized.sort((a, b) => a.count - b.count)) {
    // A point is written again only if its part at least doubles.
    const isSmall = count <= 2 * gathered.pointCount + FEW_POINTS;
    if (!isSmall || gathered.pointCount + count > POINTS_A_PART || gathered.isFull) break;
    const first = gathered.logs.length;
    gathered.logs.push(...part.header.logs);
    for (let row = 0; row < part.runCount; row += 1) {
      const run = gathered.runOf(part.runId(row), part.logsOf(row), first);
      for (const key of part.keysOf(row)) {
        orGiveUp(making, file, part, () => {
          part.addTo(columnsOf(run.points, key), part.series(row, key) as PointSeries);
        });
        gathered.seriesCount += 1;
        yield;
      }
    }
    gathered.pointCount += count;
    merged.push(file);
  }
  return merged;
}

/** Reads from a part. If it is damaged, removes it, and does not use it again. @throws IndexDamaged */
function orGiveUp<Found>(
  { folder, parts }: PointsMaking,
  file: string,
  part: PointsPart,
  read: () => Found,
): Found {
  try {
    return read();
  } catch (error) {
    if (error instanceof IndexDamaged) {
      parts.giveUp(part);
      removeIfThere(join(folder, LAYOUT.index, file));
    }
    throw error;
  }
}

function* write(making: PointsMaking, { logs, runs }: Gathered): Generator<void, boolean> {
  const { folder, storeId, isPurged } = making;
  const pieces = yield* encodePoints({ store: storeId, logs, runs, isPurged });
  const file = `points-${randomBytes(8).toString('hex')}.bin`;
  return yield* writeDerivedInTurns(join(folder, LAYOUT.index, file), pieces);
}

/** Reads the points of one log after the lines that parts cover. */
class LogPoints {
  readonly #path: string;
  readonly #name: string;
  readonly #line = new MetricLine();
  #header: LogHeader | undefined;
  #at: number;
  #isSealed = false;
  /** Set after an unknown or damaged line. Nothing after it is covered, because a later version may read it. */
  #isStopped = false;
  isAtEnd = false;

  constructor(folder: string, name: string, before: CoveredLines | undefined) {
    this.#path = join(folder, LAYOUT.logs, name);
    this.#name = name;
    this.#at = before?.bytes ?? 0;
    this.#header = before?.header;
    this.isAtEnd = before?.sealed === true;
  }

  *gather(gathered: Gathered): Generator<void> {
    const facts = fileFacts(this.#path);
    const from = this.#at;
    if (facts === undefined || facts.size <= from) {
      this.isAtEnd = true;
      return;
    }
    let turnAt = from + BYTES_A_TURN;
    let isFull = false;
    for (const line of readLogLines(this.#path, from)) {
      this.#take(line, gathered);
      if (this.#isStopped) break;
      this.#at = line.end;
      isFull = gathered.isFull;
      if (isFull) break;
      if (line.end < turnAt) continue;
      turnAt = line.end + BYTES_A_TURN;
      yield;
    }
    this.isAtEnd = !isFull;
    const bytes = this.#at;
    const check = checkOf(this.#path, bytes, facts.ino);
    if (bytes === from) return;
    const { ino: inode, mtimeMs: modifiedMs } = facts;
    const sealed = this.#isSealed && facts.size === bytes;
    const header = this.#header === undefined ? {} : { header: this.#header };
    gathered.logs.push({
      name: this.#name,
      from,
      bytes,
      check: check ?? NO_CHECK,
      sealed,
      inode,
      modifiedMs,
      ...header,
    });
  }

  #take(line: LogLine, gathered: Gathered): void {
    if (line.offset === 0 || line.looksLikeHeader) {
      this.#isSealed = false;
      this.#header = decodeLogHeader(line.text ?? '', this.#name);
      this.#isStopped = this.#header === undefined;
      return;
    }
    const header = this.#header;
    if (header === undefined) {
      this.#isStopped = true;
      return;
    }
    this.#isSealed = false;
    const { bytes, from, to } = line;
    if (bytes !== undefined && this.#line.read(bytes, from, to)) {
      if (!hasChecks(header) || isIntactAscii(bytes, from, to)) {
        this.#addRead(gathered);
        return;
      }
    }
    this.#judge(header, line, gathered);
  }

  #addRead(gathered: Gathered): void {
    const { points } = gathered.runOf(this.#line.run);
    const before = points.size;
    addRead(points, this.#line);
    gathered.seriesCount += points.size - before;
    gathered.pointCount += this.#line.values.length;
  }

  #judge(header: LogHeader, line: LogLine, gathered: Gathered): void {
    const judged = judgeLine(header, line.text);
    if (judged.outcome !== 'event') {
      this.#isSealed = judged.outcome === 'unknown-kind' && judged.kind === 'sealed';
      this.#isStopped = !this.#isSealed;
      return;
    }
    const { event } = judged;
    if (!isMetricEvent(event)) return;
    const { points } = gathered.runOf(event.run);
    const before = points.size;
    for (const point of metricPoints(event)) {
      columnsOf(points, point.key).addPoint(point);
      gathered.pointCount += 1;
    }
    gathered.seriesCount += points.size - before;
  }
}
