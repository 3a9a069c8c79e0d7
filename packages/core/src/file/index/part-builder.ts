import { endianness } from 'node:os';
import type { RunFold } from '../../fold/run-fold.ts';
import type { RunId } from '../../model/ids.ts';
import { RUN_STATUSES } from '../../model/run.ts';
import { RUN_NAME_TAG } from '../../model/run-tags.ts';
import type { FilterEntity, FilterField } from '../../query/filter.ts';
import { datasetValues } from '../../query/run-target.ts';
import { crcOfBytes } from '../log/crc-of-bytes.ts';
import {
  BufferCollector,
  bytesOf,
  NumberColumnBuilder,
  TextColumnBuilder,
} from './column-builder.ts';
import { type Extent, encodeKeptState } from './kept-events.ts';
import {
  DELETED_BIT,
  encodePartHeader,
  MEASURED_MODELS_KEY,
  OPENERS_KEY,
  PART_FORMAT,
  type PartColumn,
  PURGES_BIT,
} from './part-format.ts';
import type { PlainNumbers, PlainTexts } from './plain-columns.ts';
import type { PlainRows } from './plain-rows.ts';
import type { PlainRuns } from './plain-runs.ts';
import { isHexId } from './run-ids.ts';

/** The content of a part in addition to its runs: events of experiments and of logged models, encoded as text. */
export interface PartExtras {
  readonly experiments: string;
  readonly models: string;
}

const STATE_CHUNK_BYTES = 8 * 1024 * 1024;
const DATASET_KEYS = ['name', 'digest', 'context'] as const;

const ACTIVE = 0;
/** The bytes of an id of hexadecimal digits. */
const ID_BYTES = 16;
const FIRST_IDS = 64;

/**
 * Builds a part from the states of runs, added in the order of `inPartOrder`. A run whose creation was not read,
 * or that was purged, has a row without values, because its later events must find its state.
 */
export class PartBuilder {
  readonly #plain: PlainRuns | undefined;
  /** By row of the plain runs: one more than their row here, or 0. */
  readonly #rowOfPlain: Uint32Array;
  #plainCount = 0;
  readonly #hexIds = new HexIds();
  readonly #otherIds: string[] = [];
  readonly #stages: number[] = [];
  readonly #statuses: number[] = [];
  readonly #numbers = new Columns((field) => new NumberColumnBuilder(field));
  readonly #texts = new Columns((field) => new TextColumnBuilder(field));
  readonly #lists = new Columns((field) => new TextColumnBuilder(field));
  readonly #states = new StateTexts();

  /** `plain` has the runs that are added with `addPlain`. */
  constructor(plain?: PlainRuns) {
    this.#plain = plain;
    this.#rowOfPlain = new Uint32Array(plain?.rows.count ?? 0);
  }

  get rowCount(): number {
    return this.#states.checks.length;
  }

  /** Adds one of the plain runs. Its values are added at the end, column by column. */
  addPlain(plainRow: number): void {
    const { rows } = this.#plain as PlainRuns;
    const row = this.rowCount;
    this.#hexIds.addPlain(rows, plainRow);
    this.#states.addPlain(rows, plainRow);
    this.#lists.of('attribute', OPENERS_KEY).addList(row, rows.openers(plainRow));
    this.#stages.push(ACTIVE);
    this.#statuses.push(RUN_STATUSES.indexOf(rows.status(plainRow)));
    this.#rowOfPlain[plainRow] = row + 1;
    this.#plainCount += 1;
  }

  /** Adds one run and the places of its events. */
  add(fold: RunFold, extents: readonly Extent[]): void {
    const row = this.rowCount;
    if (isHexId(fold.runId)) this.#hexIds.add(fold.runId);
    else this.#otherIds.push(fold.runId);
    const openers = [...fold.openers];
    const text = encodeKeptState({ events: [...fold.events()], openers, extents });
    this.#states.add(text);
    this.#lists.of('attribute', OPENERS_KEY).addList(row, openers.sort());
    const { created, measuredModels } = fold;
    const isDeleted = created !== undefined && fold.stage === 'deleted';
    this.#stages.push((isDeleted ? DELETED_BIT : 0) | (fold.purges.isEmpty ? 0 : PURGES_BIT));
    this.#statuses.push(RUN_STATUSES.indexOf(created === undefined ? 'RUNNING' : fold.status));
    if (measuredModels.size > 0) {
      this.#lists.of('attribute', MEASURED_MODELS_KEY).addList(row, [...measuredModels].sort());
    }
    if (created !== undefined) this.#addValues(row, fold, created);
  }

  /** Returns the bytes of the part. Other work can run at each `yield`. */
  *finish(store: string, extras: PartExtras): Generator<void, Buffer[]> {
    const { rowCount } = this;
    if (this.#plainCount > 0) yield* this.#addPlainValues(this.#plain as PlainRuns);
    const into = new BufferCollector();
    const columns: PartColumn[] = [];
    for (const column of [...this.#numbers.all(), ...this.#texts.all()]) {
      columns.push(column.finish(rowCount, into));
      yield;
    }
    for (const column of this.#lists.all()) {
      columns.push(column.finish(rowCount, into, true));
      yield;
    }
    yield;
    const placed = {
      hexIds: into.add(this.#hexIds.bytes()),
      otherIds: into.add(Buffer.from(JSON.stringify(this.#otherIds))),
      stages: into.add(Uint8Array.from(this.#stages)),
      statuses: into.add(Uint8Array.from(this.#statuses)),
      stateOffsets: into.add(bytesOf(Float64Array.from(this.#states.offsets))),
      stateChecks: into.add(bytesOf(Uint32Array.from(this.#states.checks))),
      experiments: into.add(Buffer.from(extras.experiments)),
      models: into.add(Buffer.from(extras.models)),
    };
    const header = encodePartHeader({
      format: PART_FORMAT,
      byteOrder: endianness(),
      store,
      rowCount,
      hexCount: this.#hexIds.count,
      columns,
      ...placed,
      states: [into.length, this.#states.length],
    });
    return [header, ...into.pieces, ...this.#states.pieces()];
  }

  *#addPlainValues(plain: PlainRuns): Generator<void> {
    const { rows, experiments, names, users, params, tags, metrics } = plain;
    const rowOf = this.#rowOfPlain;
    const startTimes = this.#numbers.of('attribute', 'start_time');
    const experimentIds = this.#texts.of('attribute', 'experiment_id');
    for (let place = 0; place < rowOf.length; place += 1) {
      const row = (rowOf[place] as number) - 1;
      if (row === -1) continue;
      startTimes.add(row, rows.startTimesMs.at(place));
      experimentIds.add(row, experiments[rows.experiments.at(place)] as string);
      const endTimeMs = rows.endTimesMs.at(place);
      if (!Number.isNaN(endTimeMs)) this.#numbers.of('attribute', 'end_time').add(row, endTimeMs);
    }
    yield;
    for (const column of [names, users, ...params.all, ...tags.all]) {
      addTexts(column, rowOf, this.#texts.of(column.field.entity, column.field.key));
      yield;
    }
    addTexts(names, rowOf, this.#texts.of('tag', RUN_NAME_TAG));
    for (const column of metrics.all) {
      yield;
      addNumbers(column, rowOf, this.#numbers.of('metric', column.field.key));
    }
  }

  #addValues(row: number, fold: RunFold, created: NonNullable<RunFold['created']>): void {
    const [numbers, texts] = [this.#numbers, this.#texts];
    const { endTimeMs, datasets } = fold;
    numbers.of('attribute', 'start_time').add(row, created.timeMs);
    if (endTimeMs !== undefined) numbers.of('attribute', 'end_time').add(row, endTimeMs);
    texts.of('attribute', 'experiment_id').add(row, created.experiment);
    texts.of('attribute', 'run_name').add(row, fold.name);
    texts.of('attribute', 'user_id').add(row, created.user);
    fold.eachMetric((key, value) => numbers.of('metric', key).add(row, value));
    fold.eachParam((key, value) => texts.of('param', key).add(row, value));
    fold.eachTag((key, value) => texts.of('tag', key).add(row, value));
    if (datasets.length === 0) return;
    for (const key of DATASET_KEYS) {
      this.#lists.of('dataset', key).addList(row, datasetValues(datasets, key));
    }
  }
}

/** Adds the texts of the plain runs that are in a part. */
function addTexts(column: PlainTexts, rowOf: Uint32Array, into: TextColumnBuilder): void {
  const codes = new Uint32Array(column.texts.size);
  for (let place = 0; place < column.rows.length; place += 1) {
    const row = (rowOf[column.rows.at(place)] as number) - 1;
    if (row === -1) continue;
    const plainCode = column.codes.at(place);
    let code = codes[plainCode] as number;
    if (code === 0) {
      code = into.code(column.texts.text(plainCode));
      codes[plainCode] = code;
    }
    into.addCode(row, code);
  }
}

function addNumbers(column: PlainNumbers, rowOf: Uint32Array, into: NumberColumnBuilder): void {
  for (let place = 0; place < column.rows.length; place += 1) {
    const row = (rowOf[column.rows.at(place)] as number) - 1;
    if (row !== -1) into.add(row, column.values.at(place));
  }
}

/** The columns of one type. A column is created with its first value. */
class Columns<Column> {
  readonly #columns = new Map<FilterEntity, Map<string, Column>>();
  readonly #make: (field: FilterField) => Column;

  constructor(make: (field: FilterField) => Column) {
    this.#make = make;
  }

  of(entity: FilterEntity, key: string): Column {
    let ofEntity = this.#columns.get(entity);
    if (ofEntity === undefined) {
      ofEntity = new Map();
      this.#columns.set(entity, ofEntity);
    }
    let column = ofEntity.get(key);
    if (column === undefined) {
      column = this.#make({ entity, key });
      ofEntity.set(key, column);
    }
    return column;
  }

  all(): Column[] {
    return [...this.#columns.values()].flatMap((ofEntity) => [...ofEntity.values()]);
  }
}

/** The ids of hexadecimal digits, 16 bytes each. */
class HexIds {
  count = 0;
  #bytes = Buffer.alloc(0);

  add(id: RunId): void {
    const at = this.#next();
    this.#bytes.write(id, at, 'hex');
  }

  addPlain(rows: PlainRows, row: number): void {
    const at = this.#next();
    rows.ids.write(row, this.#bytes, at);
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.count * ID_BYTES);
  }

  /** Makes room for one more id, and returns its place. */
  #next(): number {
    const at = this.count * ID_BYTES;
    if (at === this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * at, ID_BYTES * FIRST_IDS));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.count += 1;
    return at;
  }
}

/** The states of the rows, one after the other in a few large buffers. */
class StateTexts {
  readonly offsets: number[] = [0];
  readonly checks: number[] = [];
  readonly #full: Buffer[] = [];
  #chunk: Buffer = Buffer.alloc(0);
  #filled = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    // UTF-8 has at most three bytes for a UTF-16 code unit.
    this.#makeRoom(text.length * 3);
    this.#end(this.#chunk.write(text, this.#filled));
  }

  /** Adds the state of a plain run, which is ASCII. */
  addPlain(rows: PlainRows, row: number): void {
    const { head, bytes } = rows.keptHead(row);
    this.#makeRoom(head.length + bytes);
    this.#chunk.write(head, this.#filled, 'latin1');
    rows.copyLines(row, this.#chunk, this.#filled + head.length);
    this.#end(head.length + bytes);
  }

  #makeRoom(bytes: number): void {
    if (this.#chunk.length - this.#filled >= bytes) return;
    this.#full.push(this.#chunk.subarray(0, this.#filled));
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(STATE_CHUNK_BYTES, bytes));
    this.#filled = 0;
  }

  /** Ends a state of some bytes. */
  #end(bytes: number): void {
    this.checks.push(crcOfBytes(this.#chunk, this.#filled, this.#filled + bytes));
    this.#filled += bytes;
    this.#length += bytes;
    this.offsets.push(this.#length);
  }

  pieces(): Buffer[] {
    return [...this.#full, this.#chunk.subarray(0, this.#filled)];
  }
}
