import { type Data, type DataType, makeData } from 'apache-arrow';
import type { RawVector } from '../../duckdb/duckdb-bindings.ts';
import { Validity } from './validity.ts';

/**
 * Copies one column of a DuckDB result into Arrow buffers. `append` copies the data, because DuckDB reuses
 * its memory for the next chunk.
 */
export interface ColumnBuilder {
  /** Appends the rows `from` … `from + count - 1` of a vector. */
  append(vector: RawVector, from: number, count: number): void;
  /** Size in bytes of the largest buffer so far. Offsets in Arrow's lists and strings end at 2^31. */
  readonly byteLength: number;
  /** Returns the column. The builder cannot be used again. */
  finish(): Data;
}

/** Base of the builders for columns with values. Keeps their validity; subclasses keep the values. */
export abstract class Builder implements ColumnBuilder {
  protected readonly validity: Validity = new Validity();
  protected readonly type: DataType;

  constructor(type: DataType) {
    this.type = type;
  }

  append(vector: RawVector, from: number, count: number): void {
    const valid = this.validity.append(vector, from, count);
    this.appendValues(vector, from, count, valid);
  }

  finish(): Data {
    return makeData({ type: this.type, ...this.validity.finish(), ...this.buffers() } as never);
  }

  abstract get byteLength(): number;
  protected abstract appendValues(
    vector: RawVector,
    from: number,
    count: number,
    valid: Uint8Array | null,
  ): void;
  protected abstract buffers(): Record<string, unknown>;
}
