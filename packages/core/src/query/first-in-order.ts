/** Takes items in any order and keeps the first `count` of them, without sorting the rest. */
export class FirstInOrder<Item> {
  #kept: Item[] = [];
  #worst: Item | undefined;
  readonly #compare: (a: Item, b: Item) => number;
  readonly #count: number;

  constructor(compare: (a: Item, b: Item) => number, count: number) {
    this.#compare = compare;
    this.#count = count;
  }

  /** You need not offer items that come after this one; `undefined` while there are too few items. */
  get worst(): Item | undefined {
    return this.#worst;
  }

  /** Takes one item. */
  offer(item: Item): void {
    if (this.#worst !== undefined && this.#compare(item, this.#worst) >= 0) return;
    this.#kept.push(item);
    const { length } = this.#kept;
    // Sorting starts at twice as many items, so that it costs constant time per item.
    if (length >= 2 * this.#count || (this.#worst === undefined && length === this.#count)) {
      this.#settle();
    }
  }

  /** Returns the first items, in order. */
  items(): Item[] {
    this.#settle();
    return this.#kept;
  }

  #settle(): void {
    this.#kept = this.#kept.sort(this.#compare).slice(0, this.#count);
    if (this.#kept.length === this.#count) this.#worst = this.#kept.at(-1);
  }
}
