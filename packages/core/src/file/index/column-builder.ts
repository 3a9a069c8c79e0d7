import { crc32 } from 'node:zlib';
import type { FilterField } from '../../query/filter.ts';
import type { PartBuffer, PartColumn } from './part-format.ts';

/** A column that a smaller share of the rows has is stored as a list of rows. */
const DENSE_SHARE = 0.25;

/** Collects the buffers of a part, and returns the place of each. */
export class BufferCollector {
  readonly pieces: Buffer[] = [];
  #length = 0;

  /** Adds one buffer. */
  add(bytes: Uint8Array): PartBuffer {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const place: PartBuffer = [this.#length, piece.length, crc32(piece)];
    this.pieces.push(piece);
    this.#length += piece.length;
    return place;
  }

  get length(): number {
    return this.#length;
  }
}

/** Collects the values of one column, at most one of each row, in any order. */
export interface ColumnBuilder {
  finish(rowCount: number, into: BufferCollector): PartColumn;
}

/** A builder for numbers. */
export class NumberColumnBuilder implements ColumnBuilder {
  readonly #field: FilterField;
  readonly #rows: number[] = [];
  readonly #values: number[] = [];

  constructor(field: FilterField) {
    this.#field = field;
  }

  add(row: number, value: number): void {
    this.#rows.push(row);
    this.#values.push(value);
  }

  finish(rowCount: number, into: BufferCollector): PartColumn {
    const rows = this.#rows;
    const common = { ...this.#field, type: 'number' as const };
    if (rows.length < rowCount * DENSE_SHARE) {
      const values = into.add(bytesOf(Float64Array.from(this.#values)));
      return { ...common, values, rows: into.add(bytesOf(Uint32Array.from(rows))) };
    }
    const values = new Float64Array(rowCount);
    for (let place = 0; place < rows.length; place += 1) {
      values[rows[place] as number] = this.#values[place] as number;
    }
    const placed = into.add(bytesOf(values));
    if (rows.length === rowCount) return { ...common, values: placed };
    const present = new Uint8Array(rowCount);
    for (const row of rows) present[row] = 1;
    return { ...common, values: placed, present: into.add(present) };
  }
}

/** A builder for texts, or lists of texts. Each distinct text or list is stored once. */
export class TextColumnBuilder implements ColumnBuilder {
  readonly #field: FilterField;
  readonly #rows: number[] = [];
  readonly #codes: number[] = [];
  readonly #codeOf = new Map<string, number>();

  constructor(field: FilterField) {
    this.#field = field;
  }

  /** Adds one text. */
  add(row: number, text: string): void {
    this.addCode(row, this.code(text));
  }

  /** Adds one text by its code. */
  addCode(row: number, code: number): void {
    this.#rows.push(row);
    this.#codes.push(code);
  }

  /** Adds several texts of one row. A column has either lists or single texts. */
  addList(row: number, texts: readonly string[]): void {
    if (texts.length > 0) this.add(row, JSON.stringify(texts));
  }

  /** Returns the column. Pass `isList` if you used `addList`. */
  finish(rowCount: number, into: BufferCollector, isList = false): PartColumn {
    const texts = [...this.#codeOf.keys()];
    const json = isList ? `[${texts.join()}]` : JSON.stringify(texts);
    const width = texts.length < 0xff ? 1 : texts.length < 0xffff ? 2 : 4;
    const Codes = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[width];
    const common = { ...this.#field, type: 'text' as const, width } as const;
    const values = into.add(Buffer.from(json));
    if (this.#rows.length < rowCount * DENSE_SHARE) {
      const codes = into.add(bytesOf(Codes.from(this.#codes)));
      return { ...common, values, codes, rows: into.add(bytesOf(Uint32Array.from(this.#rows))) };
    }
    const codes = new Codes(rowCount);
    for (let place = 0; place < this.#rows.length; place += 1) {
      codes[this.#rows[place] as number] = this.#codes[place] as number;
    }
    return { ...common, values, codes: into.add(bytesOf(codes)) };
  }

  /** Returns the code of a text. */
  code(text: string): number {
    let code = this.#codeOf.get(text);
    if (code === undefined) {
      code = this.#codeOf.size + 1;
      this.#codeOf.set(text, code);
    }
    return code;
  }
}

/** Returns the bytes of an array of numbers. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
