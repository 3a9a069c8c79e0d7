import { RunLine } from '../../events/run-line.ts';
import type { RunFold } from '../../fold/run-fold.ts';
import type { ExperimentId, RunId } from '../../model/ids.ts';
import { crcOfBytes } from '../log/crc-of-bytes.ts';
import type { LogLine } from '../log/log-lines.ts';
import type { EventPlace } from '../log/log-reader.ts';
import { KeyedColumns, PlainNumbers, PlainTexts } from './plain-columns.ts';
import { MOST_BODY_BYTES } from './plain-lines.ts';
import { PlainRows } from './plain-rows.ts';
import { IdWords } from './run-words.ts';

const ID_DIGITS = 32;
const CONTENT_BITS = { params: 1, tags: 2, metrics: 4 };

/**
 * Runs that need no fold, because no two of their events are about the same thing: a creation, params, tags and metrics
 * with a value for each key, and a status, all from one section of a log, and in the form that writers use. Most runs of a
 * store of many runs are such runs. Their values go from the bytes of a log into columns, and their lines are kept as they
 * are. A run with any other event is folded from its lines, and leaves this place.
 */
export class PlainRuns {
  readonly rows: PlainRows = new PlainRows();
  /** By place: the experiments of the rows. */
  readonly experiments: ExperimentId[] = [];
  readonly #experimentPlaces = new Map<ExperimentId, number>();
  readonly names: PlainTexts = new PlainTexts({ entity: 'attribute', key: 'run_name' });
  readonly users: PlainTexts = new PlainTexts({ entity: 'attribute', key: 'user_id' });
  readonly params: KeyedColumns<PlainTexts> = new KeyedColumns('param', newTexts);
  readonly tags: KeyedColumns<PlainTexts> = new KeyedColumns('tag', newTexts);
  readonly metrics: KeyedColumns<PlainNumbers> = new KeyedColumns('metric', newNumbers);
  readonly #isElsewhere: (id: IdWords, runId: () => RunId) => boolean;
  readonly #line = new RunLine();
  readonly #words = new IdWords();
  /** The id of the last line, and its row: -1 if it has none. */
  readonly #lastId = Buffer.alloc(ID_DIGITS);
  #lastRow = -1;
  #goneCount = 0;

  /** `isElsewhere` returns whether events of a run are held in another form. */
  constructor(isElsewhere: (id: IdWords, runId: () => RunId) => boolean) {
    this.#isElsewhere = isElsewhere;
  }

  /** The number of runs. */
  get count(): number {
    return this.rows.count - this.#goneCount;
  }

  /** Takes a line, if it is one of a plain run, and returns its stamp. Otherwise returns `undefined`, and changes nothing. */
  take({ bytes, from, to }: LogLine, place: EventPlace): number | undefined {
    const line = this.#line;
    if (bytes === undefined || !line.begin(bytes, from, to)) return undefined;
    const row = this.#rowOf(bytes, line.runFrom);
    // Before the rest is read, because most lines of a long training are not of a plain run.
    if (line.kind !== 'run-created' && (row === -1 || !this.rows.hasRoom(row, place)))
      return undefined;
    if (!line.rest() || line.bodyTo - from > MOST_BODY_BYTES) return undefined;
    const isTaken =
      line.kind === 'run-created' ? this.#create(bytes, from, place) : this.#add(row, bytes, from);
    if (!isTaken) return undefined;
    this.rows.addLine(this.#lastRow, bytes, from, line.bodyTo, place);
    return line.stampUs;
  }

  /** Returns the row of a run; -1 if it has none. */
  find(runId: RunId): number {
    if (this.count === 0 || !this.#words.readText(runId)) return -1;
    const row = this.rows.ids.find(this.#words);
    return row === -1 || this.rows.isGone.at(row) === 1 ? -1 : row;
  }

  /** Returns the experiment of a row. */
  experimentOf(row: number): ExperimentId {
    return this.experiments[this.rows.experiments.at(row)] as ExperimentId;
  }

  /** Returns the state of a row, which leaves this place. */
  takeOut(row: number): RunFold {
    const fold = this.rows.fold(row);
    this.rows.isGone.array[row] = 1;
    this.#goneCount += 1;
    this.#lastRow = -1;
    this.#lastId.fill(0);
    return fold;
  }

  /** Returns the row of the run of a line; -1 if it has none. */
  #rowOf(bytes: Buffer, from: number): number {
    if (isSame(this.#lastId, bytes, from)) return this.#lastRow;
    let row = -1;
    if (this.#words.read(bytes, from)) {
      row = this.rows.ids.find(this.#words);
      if (row !== -1 && this.rows.isGone.at(row) === 1) row = -1;
    }
    bytes.copy(this.#lastId, 0, from, from + ID_DIGITS);
    this.#lastRow = row;
    return row;
  }

  #create(bytes: Buffer, from: number, place: EventPlace): boolean {
    const line = this.#line;
    if (!this.#words.read(bytes, line.runFrom) || this.rows.ids.find(this.#words) !== -1)
      return false;
    const runId = (): RunId =>
      bytes.toString('latin1', line.runFrom, line.runFrom + ID_DIGITS) as RunId;
    if (this.#isElsewhere(this.#words, runId)) return false;
    if (!this.tags.find(bytes, line.keys, line.count) || !this.#isIntact(bytes, from)) return false;
    this.rows.ids.add(this.#words);
    const experiment = this.#placeOf(line.experiment as ExperimentId);
    const row = this.rows.addRow({ timeMs: line.timeMs, experiment }, place);
    this.names.add(row, bytes, line.attributes, 0);
    this.users.add(row, bytes, line.attributes, 1);
    if (line.count > 0) this.#addTexts(row, this.tags.found, bytes);
    if (line.count > 0) this.rows.noteContent(row, CONTENT_BITS.tags);
    this.#lastRow = row;
    return true;
  }

  #add(row: number, bytes: Buffer, from: number): boolean {
    const line = this.#line;
    if (line.kind === 'run-updated') {
      if (this.rows.hasStatus(row) || !this.#isIntact(bytes, from)) return false;
      this.rows.setStatus(row, line.status, line.endTimeMs);
      return true;
    }
    if (line.kind === 'run-created') return false;
    const columns =
      line.kind === 'metrics' ? this.metrics : line.kind === 'tags' ? this.tags : this.params;
    if (!columns.find(bytes, line.keys, line.count)) return false;
    const bit = CONTENT_BITS[line.kind];
    if (this.rows.hasContent(row, bit)) {
      // A column may have a value of every row up to its last one.
      for (const column of columns.found) if (column.lastRow >= row) return false;
    }
    if (!this.#isIntact(bytes, from)) return false;
    this.rows.noteContent(row, bit);
    if (columns === this.metrics) this.#addNumbers(row, columns.found);
    else this.#addTexts(row, columns.found as PlainTexts[], bytes);
    return true;
  }

  #addTexts(row: number, found: readonly PlainTexts[], bytes: Buffer): void {
    const { texts } = this.#line;
    for (let place = 0; place < found.length; place += 1) {
      (found[place] as PlainTexts).add(row, bytes, texts, place);
    }
  }

  #addNumbers(row: number, found: readonly PlainNumbers[]): void {
    const { numbers } = this.#line;
    for (let place = 0; place < found.length; place += 1) {
      (found[place] as PlainNumbers).add(row, numbers[place] as number);
    }
  }

  #isIntact(bytes: Buffer, from: number): boolean {
    return crcOfBytes(bytes, from, this.#line.bodyTo) === this.#line.check;
  }

  #placeOf(id: ExperimentId): number {
    let place = this.#experimentPlaces.get(id);
    if (place === undefined) {
      place = this.experiments.push(id) - 1;
      this.#experimentPlaces.set(id, place);
    }
    return place;
  }
}

function newTexts(...[field, sameHash]: ConstructorParameters<typeof PlainTexts>): PlainTexts {
  return new PlainTexts(field, sameHash);
}

function newNumbers(
  ...[field, sameHash]: ConstructorParameters<typeof PlainNumbers>
): PlainNumbers {
  return new PlainNumbers(field, sameHash);
}

function isSame(id: Buffer, bytes: Buffer, from: number): boolean {
  for (let at = 0; at < ID_DIGITS; at += 1) if (id[at] !== bytes[from + at]) return false;
  return true;
}
