import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { MetricLine } from '../../events/metric-line.ts';
import { isMetricEvent, metricPoints } from '../../fold/metric-points.ts';
import { LAYOUT } from '../layout.ts';
import { damagedHeader, judgeLine, ZEROS_AT_END } from '../log/judge-line.ts';
import { isIntactAscii } from '../log/line-check.ts';
import { checkOf, fileFacts } from '../log/log-coverage.ts';
import { decodeLogHeader, hasChecks, type LogHeader } from '../log/log-header.ts';
import { hasOpenZerosAt, type LogLine, readOpenLogLines } from '../log/log-lines.ts';
import { missingLines } from '../log/log-seal.ts';
import { openLog } from '../log/open-log.ts';
import type { StoreDamage } from '../store-damage.ts';
import { eachRead } from './add-points.ts';
import type { Gathered } from './gathered.ts';
import type { CoveredLines } from './points-format.ts';

/** The bytes to read before other work gets its turn: about five milliseconds. */
const BYTES_A_TURN = 256 * 1024;

/** The check of a log that was removed or replaced meanwhile. No log has it, so no reader uses the points of this log. */
const NO_CHECK = -1;

const DIGITS = { first: 48, last: 57 };
const AT = Buffer.from('{"at":');
const KIND = Buffer.from(',"kind":"');
/** What follows in lines without points, in the form that writers use. */
const OTHER_KINDS = ['run-created', 'run-updated', 'params', 'tags', 'artifact'].map((kind) =>
  Buffer.from(`${kind}","`),
);

/** A log to read points from. */
export interface LogToRead {
  readonly folder: string;
  readonly name: string;
  /** The part of it, from its beginning, that stored points cover. */
  readonly before: CoveredLines | undefined;
  /**
   * Called for each line that is damaged; the lines behind it are read. Absent while a part is made: it covers nothing
   * behind a line that is damaged or of an unknown kind, because a repair or a later version may read that.
   */
  readonly onDamage?: (damage: StoreDamage) => void;
}

/** Reads the points of one log, from where parts stop. */
export class LogPoints {
  readonly #path: string;
  readonly #name: string;
  readonly #line = new MetricLine();
  #header: LogHeader | undefined;
  #at: number;
  readonly #onDamage: LogToRead['onDamage'];
  /** How many lines of the section were read, the header included; `undefined` if that is unknown. */
  #lines: number | undefined;
  #isSealed = false;
  #isStopped = false;
  isAtEnd = false;

  constructor({ folder, name, before, onDamage }: LogToRead) {
    this.#path = join(folder, LAYOUT.logs, name);
    this.#name = name;
    this.#at = before?.bytes ?? 0;
    this.#header = before?.header;
    this.#lines = before?.lines;
    this.#onDamage = onDamage;
    this.isAtEnd = before?.sealed === true;
  }

  /** As damage names it. */
  get #file(): string {
    return `${LAYOUT.logs}/${this.#name}`;
  }

  /** Up to where the log was read: whole lines. */
  get bytes(): number {
    return this.#at;
  }

  /** Reads to the end of the log, or until enough is gathered. Other work can run at each `yield`. */
  *gather(gathered: Gathered): Generator<void> {
    const facts = fileFacts(this.#path);
    const from = this.#at;
    if (facts === undefined || facts.size <= from) {
      this.isAtEnd = true;
      return;
    }
    const fd = openLog(this.#path, facts.ino);
    if (fd === undefined) {
      // Deleted or replaced at this moment.
      this.isAtEnd = true;
      return;
    }
    let turnAt = from + BYTES_A_TURN;
    let isFull = false;
    try {
      for (const line of readOpenLogLines(fd, from)) {
        this.#take(line, gathered);
        if (this.#isStopped) break;
        this.#at = line.end;
        isFull = gathered.isFull;
        if (isFull) break;
        if (line.end < turnAt) continue;
        turnAt = line.end + BYTES_A_TURN;
        yield;
      }
      if (!isFull && this.#onDamage !== undefined && hasOpenZerosAt(fd, this.#at)) {
        this.#onDamage({ file: this.#file, offset: this.#at, reason: ZEROS_AT_END });
      }
    } finally {
      closeSync(fd);
    }
    this.isAtEnd = !isFull;
    const bytes = this.#at;
    const check = checkOf(this.#path, bytes, facts.ino);
    if (bytes === from) return;
    const { ino: inode, mtimeMs: modifiedMs } = facts;
    const sealed = this.#isSealed && facts.size === bytes;
    const header = this.#header === undefined ? {} : { header: this.#header };
    const lines = this.#lines === undefined ? {} : { lines: this.#lines };
    gathered.logs.push({
      name: this.#name,
      from,
      bytes,
      check: check ?? NO_CHECK,
      sealed,
      inode,
      modifiedMs,
      ...header,
      ...lines,
    });
  }

  #take(line: LogLine, gathered: Gathered): void {
    if (line.offset === 0 || line.looksLikeHeader) {
      this.#isSealed = false;
      this.#header = decodeLogHeader(line.text ?? '', this.#name);
      this.#lines = 1;
      if (this.#header === undefined) this.#stopAt(line, damagedHeader(line.offset));
      return;
    }
    const header = this.#header;
    if (header === undefined) {
      this.#stopAt(line, undefined);
      return;
    }
    this.#takeLine(header, line, gathered);
    if (this.#lines !== undefined) this.#lines += 1;
  }

  #takeLine(header: LogHeader, line: LogLine, gathered: Gathered): void {
    this.#isSealed = false;
    const { bytes, from, to } = line;
    if (bytes !== undefined && this.#line.read(bytes, from, to)) {
      if (!hasChecks(header) || isIntactAscii(bytes, from, to)) {
        this.#addRead(gathered);
        return;
      }
    }
    // The rest of a line of another kind does not matter, as long as it is what its writer wrote.
    const isOther = this.#onDamage === undefined && bytes !== undefined && hasChecks(header);
    if (isOther && isOtherKind(bytes, from, to) && isIntactAscii(bytes, from, to)) return;
    this.#judge(header, line, gathered);
  }

  #addRead(gathered: Gathered): void {
    const line = this.#line;
    const run = gathered.run(line.run);
    eachRead(line, (key, step, timeMs, value) => gathered.add(run, key, step, timeMs, value));
  }

  #judge(header: LogHeader, line: LogLine, gathered: Gathered): void {
    const judged = judgeLine(header, line.text);
    if (judged.outcome === 'unknown-kind') {
      this.#isSealed = judged.kind === 'sealed';
      const missing = this.#isSealed
        ? missingLines(header, line.text as string, this.#lines)
        : undefined;
      if (!this.#isSealed || missing !== undefined) this.#stopAt(line, missing);
      return;
    }
    if (judged.outcome === 'damaged') {
      this.#stopAt(line, judged.reason);
      return;
    }
    const { event } = judged;
    if (!isMetricEvent(event)) return;
    const run = gathered.run(event.run);
    for (const point of metricPoints(event)) gathered.addPoint(run, point);
  }

  /** Stops at this line while a part is made. Otherwise reports what is wrong with it, and reading continues. */
  #stopAt({ offset }: LogLine, reason: string | undefined): void {
    if (this.#onDamage === undefined) this.#isStopped = true;
    else if (reason !== undefined) this.#onDamage({ file: this.#file, offset, reason });
  }
}

/** Whether a line has a kind of event that has no points, in the form that writers use. */
function isOtherKind(bytes: Buffer, from: number, to: number): boolean {
  if (!isAt(AT, bytes, from, to)) return false;
  let at = from + AT.length;
  while (at < to && (bytes[at] as number) >= DIGITS.first && (bytes[at] as number) <= DIGITS.last) {
    at += 1;
  }
  if (!isAt(KIND, bytes, at, to)) return false;
  at += KIND.length;
  for (const kind of OTHER_KINDS) if (isAt(kind, bytes, at, to)) return true;
  return false;
}

function isAt(text: Buffer, bytes: Buffer, at: number, to: number): boolean {
  if (to - at < text.length) return false;
  for (let place = 0; place < text.length; place += 1) {
    if (bytes[at + place] !== text[place]) return false;
  }
  return true;
}
