import type { TextPlaces } from '../../events/run-line.ts';
import { keyProblem } from '../../model/names.ts';
import { RUN_NAME_TAG } from '../../model/run-tags.ts';
import type { FilterField } from '../../query/filter.ts';
import { AsciiTexts } from './ascii-texts.ts';
import { GrowingNumbers } from './growing-numbers.ts';

/** A column of `PlainRuns`: the rows with a value, in the order in which values were added, and the values. */
export abstract class PlainColumn {
  readonly field: FilterField;
  readonly key: Uint8Array;
  readonly rows: GrowingNumbers<Uint32Array> = new GrowingNumbers(Uint32Array);
  /** The greatest of `rows`; -1 if there is none. */
  lastRow = -1;
  /** The number of the last line that named the column. */
  line = 0;
  /** The column that the line after this one named last. */
  next: PlainColumn | undefined;
  /** Another column whose key has the same hash. */
  readonly sameHash: PlainColumn | undefined;

  constructor(field: FilterField, sameHash?: PlainColumn) {
    this.field = field;
    this.key = Buffer.from(field.key);
    this.sameHash = sameHash;
  }

  protected addRow(row: number): void {
    this.rows.push(row);
    if (row > this.lastRow) this.lastRow = row;
  }
}

/** A column of texts. */
export class PlainTexts extends PlainColumn {
  readonly codes: GrowingNumbers<Uint32Array> = new GrowingNumbers(Uint32Array);
  readonly texts: AsciiTexts = new AsciiTexts();

  /** Adds one of some texts of a line. */
  add(row: number, bytes: Uint8Array, { from, to, hash }: TextPlaces, place: number): void {
    this.addRow(row);
    const code = this.texts.code(
      bytes,
      from[place] as number,
      to[place] as number,
      hash[place] as number,
    );
    this.codes.push(code);
  }
}

/** A column of numbers. */
export class PlainNumbers extends PlainColumn {
  readonly values: GrowingNumbers<Float64Array> = new GrowingNumbers(Float64Array);

  add(row: number, value: number): void {
    this.addRow(row);
    this.values.push(value);
  }
}

type Entity = 'param' | 'tag' | 'metric';

/** The columns of the params, the tags or the metrics of runs, which are created with the first line that names them. */
export class KeyedColumns<Column extends PlainColumn> {
  readonly all: Column[] = [];
  /** The columns of the keys of the last line. */
  readonly found: Column[] = [];
  readonly #entity: Entity;
  readonly #make: (field: FilterField, sameHash: Column | undefined) => Column;
  readonly #byHash = new Map<number, Column>();
  #first: Column | undefined;
  #lines = 0;

  constructor(entity: Entity, make: (field: FilterField, sameHash?: Column) => Column) {
    this.#entity = entity;
    this.#make = make;
  }

  /** Returns the column of a key. */
  get(key: string): Column | undefined {
    return this.all.find(({ field }) => field.key === key);
  }

  /** Finds the columns of the keys of a line. Returns false if one is not valid, occurs twice, or has a special meaning. */
  find(bytes: Uint8Array, keys: TextPlaces, count: number): boolean {
    this.#lines += 1;
    this.found.length = count;
    // Lines that follow each other mostly have the same keys.
    let expected: PlainColumn | undefined = this.#first;
    let before: Column | undefined;
    for (let place = 0; place < count; place += 1) {
      const [from, to] = [keys.from[place] as number, keys.to[place] as number];
      const column =
        expected !== undefined && isKey(expected.key, bytes, from, to)
          ? (expected as Column)
          : this.#lookUp(bytes, from, to, keys.hash[place] as number);
      if (column === undefined || column.line === this.#lines) return false;
      column.line = this.#lines;
      this.found[place] = column;
      if (before === undefined) this.#first = column;
      else before.next = column;
      before = column;
      expected = column.next;
    }
    return true;
  }

  #lookUp(bytes: Uint8Array, from: number, to: number, hash: number): Column | undefined {
    const first = this.#byHash.get(hash);
    for (let column: PlainColumn | undefined = first; column !== undefined; ) {
      if (isKey(column.key, bytes, from, to)) return column as Column;
      column = column.sameHash;
    }
    const key = Buffer.from(bytes.subarray(from, to)).toString('latin1');
    if (keyProblem(key) !== undefined || key === '__proto__') return undefined;
    // This tag is the name of its run.
    if (this.#entity === 'tag' && key === RUN_NAME_TAG) return undefined;
    const column = this.#make({ entity: this.#entity, key }, first);
    this.#byHash.set(hash, column);
    this.all.push(column);
    return column;
  }
}

function isKey(key: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  const { length } = key;
  if (to - from !== length) return false;
  for (let at = 0; at < length; at += 1) if (bytes[from + at] !== key[at]) return false;
  return true;
}
