import { type Data, type DataType, makeData } from 'apache-arrow';
import type { RawVector } from '../../duckdb/duckdb-bindings.ts';
import type { ColumnBuilder } from './builder.ts';

/** Builder for a column of type NULL. */
export class NullBuilder implements ColumnBuilder {
  readonly byteLength = 0;
  readonly #type: DataType;
  #rows = 0;

  constructor(type: DataType) {
    this.#type = type;
  }

  append(_vector: RawVector, _from: number, count: number): void {
    this.#rows += count;
  }

  finish(): Data {
    return makeData({ type: this.#type, length: this.#rows } as never);
  }
}
