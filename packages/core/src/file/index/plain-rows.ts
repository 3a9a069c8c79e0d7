import { decodeEventLine } from '../../events/event-line.ts';
import type { RunEvent } from '../../events/event-subject.ts';
import { RunFold } from '../../fold/run-fold.ts';
import type { RunId } from '../../model/ids.ts';
import { RUN_STATUSES, type RunStatus } from '../../model/run.ts';
import { type EventPlace, positionOf } from '../log/log-reader.ts';
import { GrowingNumbers } from './growing-numbers.ts';
import { type Extent, type KeptEnds, keptEnds } from './kept-events.ts';
import { PlainLines } from './plain-lines.ts';
import { RunPlaces } from './run-words.ts';

/** The most lines of a run that are kept. */
const MOST_LINES = 16;
const NO_STATUS = 255;

/** A section of a log, which has all lines of a run. */
interface Section {
  readonly log: string;
  readonly writer: string;
  readonly sequence: number;
  readonly ends: KeptEnds;
  readonly openers: readonly string[];
}

/** What a creation says, apart from texts. */
export interface PlainCreation {
  readonly timeMs: number;
  readonly experiment: number;
}

/** The rows of `PlainRuns`: for each run, the lines that it consists of, and what is not a column of texts or numbers. */
export class PlainRows {
  readonly ids: RunPlaces = new RunPlaces();
  /** By row: 1 for a run that is held elsewhere by now. */
  readonly isGone: GrowingNumbers<Uint8Array> = new GrowingNumbers(Uint8Array);
  readonly startTimesMs: GrowingNumbers<Float64Array> = new GrowingNumbers(Float64Array);
  /** By row: NaN for a run that has none. */
  readonly endTimesMs: GrowingNumbers<Float64Array> = new GrowingNumbers(Float64Array);
  /** By row: a place in the experiments of `PlainRuns`. */
  readonly experiments: GrowingNumbers<Uint32Array> = new GrowingNumbers(Uint32Array);
  readonly #statuses = new GrowingNumbers(Uint8Array);
  readonly #sections: Section[] = [];
  readonly #sectionOf = new GrowingNumbers(Uint32Array);
  readonly #lines = new PlainLines();
  readonly #firstLines = new GrowingNumbers(Uint32Array);
  readonly #lastLines = new GrowingNumbers(Uint32Array);
  readonly #lineCounts = new GrowingNumbers(Uint8Array);
  /** By row: a bit for each of params, tags and metrics of which it has some. */
  readonly #content = new GrowingNumbers(Uint8Array);
  /** By row: the end of its last line in the log. */
  readonly #ends = new GrowingNumbers(Float64Array);

  /** The number of rows, including those of runs that are held elsewhere. */
  get count(): number {
    return this.isGone.length;
  }

  /** Adds a row for the id that was added last, without a line. */
  addRow({ timeMs, experiment }: PlainCreation, place: EventPlace): number {
    this.isGone.push(0);
    this.startTimesMs.push(timeMs);
    this.endTimesMs.push(Number.NaN);
    this.experiments.push(experiment);
    this.#statuses.push(NO_STATUS);
    this.#sectionOf.push(this.#sectionAt(place));
    this.#firstLines.push(0);
    this.#lastLines.push(0);
    this.#lineCounts.push(0);
    this.#content.push(0);
    this.#ends.push(0);
    return this.count - 1;
  }

  /** Whether a row can get one more line from a place. */
  hasRoom(row: number, place: EventPlace): boolean {
    const section = this.#sections[this.#sectionOf.at(row)] as Section;
    return this.#lineCounts.at(row) < MOST_LINES && isIn(section, place);
  }

  /** The number of lines of a row. */
  lineCount(row: number): number {
    return this.#lineCounts.at(row);
  }

  /** Notes that a row has params, tags or metrics, by their bit. */
  noteContent(row: number, bit: number): void {
    this.#content.array[row] = this.#content.at(row) | bit;
  }

  /** Whether a row has params, tags or metrics, by their bit. */
  hasContent(row: number, bit: number): boolean {
    return (this.#content.at(row) & bit) !== 0;
  }

  /** Adds a line to a row by its body. */
  addLine(row: number, bytes: Buffer, from: number, bodyTo: number, place: EventPlace): void {
    const line = this.#lines.add(bytes, from, bodyTo, place.from);
    const count = this.#lineCounts.at(row);
    if (count === 0) this.#firstLines.array[row] = line;
    else this.#lines.link(this.#lastLines.at(row), line);
    this.#lastLines.array[row] = line;
    this.#lineCounts.array[row] = count + 1;
    this.#ends.array[row] = place.to;
  }

  /** Whether a row has a status that a line sets. */
  hasStatus(row: number): boolean {
    return this.#statuses.at(row) !== NO_STATUS;
  }

  /** `status` is a place in `RUN_STATUSES`. */
  setStatus(row: number, status: number, endTimeMs: number | undefined): void {
    this.#statuses.array[row] = status;
    this.endTimesMs.array[row] = endTimeMs ?? Number.NaN;
  }

  status(row: number): RunStatus {
    return RUN_STATUSES[this.#statuses.at(row)] ?? 'RUNNING';
  }

  /** The writers that opened the run. */
  openers(row: number): readonly string[] {
    return (this.#sections[this.#sectionOf.at(row)] as Section).openers;
  }

  id(row: number): RunId {
    return this.ids.id(row);
  }

  /** Returns the places of the events of a row. */
  extents(row: number): Extent[] {
    const { log, writer, sequence } = this.#sections[this.#sectionOf.at(row)] as Section;
    const from = this.#lines.offset(this.#firstLines.at(row));
    return [{ log, writer, sequence, from, to: this.#ends.at(row) }];
  }

  /** Returns the state of a row from its lines. */
  fold(row: number): RunFold {
    const fold = new RunFold(this.id(row));
    const { writer, sequence } = this.#sections[this.#sectionOf.at(row)] as Section;
    for (const line of this.#linesOf(row)) {
      const decoded = decodeEventLine(this.#lines.text(line));
      if (decoded.outcome !== 'event') throw new Error('a line that was taken is not an event');
      const position = positionOf(sequence, this.#lines.offset(line));
      const { stampUs, event } = decoded;
      fold.apply(event as RunEvent, { stampUs, writer, position });
    }
    return fold;
  }

  /** Returns the first line of the state of a row, as `encodeKeptState` has it, and the bytes of the lines after it. */
  keptHead(row: number): { readonly head: string; readonly bytes: number } {
    const { sequence, ends } = this.#sections[this.#sectionOf.at(row)] as Section;
    let head = ends.begin;
    let bytes = 0;
    const first = this.#firstLines.at(row);
    for (let line = first; line !== -1; line = this.#lines.after(line)) {
      if (bytes > 0) head += ',';
      head += `0,${positionOf(sequence, this.#lines.offset(line))}`;
      bytes += this.#lines.lengthOf(line);
    }
    head += `${ends.middle}${this.#lines.offset(first)},${this.#ends.at(row)}${ends.end}`;
    return { head, bytes };
  }

  /** Copies the lines of a row, each with a newline. */
  copyLines(row: number, into: Buffer, at: number): void {
    this.#lines.copyFrom(this.#firstLines.at(row), into, at);
  }

  *#linesOf(row: number): Generator<number> {
    for (let line = this.#firstLines.at(row); line !== -1; line = this.#lines.after(line)) {
      yield line;
    }
  }

  #sectionAt(place: EventPlace): number {
    const last = this.#sections[this.#sections.length - 1];
    if (last === undefined || !isIn(last, place)) {
      const { log, writer, sequence } = place;
      const ends = keptEnds(place);
      this.#sections.push({ log, writer, sequence, ends, openers: [writer] });
    }
    return this.#sections.length - 1;
  }
}

function isIn(section: Section, { log, writer, sequence }: EventPlace): boolean {
  return section.log === log && section.writer === writer && section.sequence === sequence;
}
