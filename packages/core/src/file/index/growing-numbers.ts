type Numbers = Uint8Array | Uint32Array | Float64Array;

/** Few, because a store may have thousands of columns. */
const FIRST_CAPACITY = 16;

/** Numbers in a typed array that grows. */
export class GrowingNumbers<Column extends Numbers> {
  readonly #Column: new (
    length: number,
  ) => Column;
  /** The numbers. The array may be longer. */
  array: Column;
  length = 0;

  constructor(Column: new (length: number) => Column) {
    this.#Column = Column;
    this.array = new Column(FIRST_CAPACITY);
  }

  push(value: number): void {
    if (this.length === this.array.length) {
      const larger = new this.#Column(2 * this.length);
      larger.set(this.array);
      this.array = larger;
    }
    this.array[this.length] = value;
    this.length += 1;
  }

  /** Returns the numbers without the rest of the array. */
  whole(): Column {
    return this.array.subarray(0, this.length) as Column;
  }

  at(place: number): number {
    return this.array[place] as number;
  }
}
