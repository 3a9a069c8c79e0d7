import { compareEventOrder, type EventOrder } from '../events/stamp.ts';

/**
 * A value that is joined, not overwritten: of all values offered it keeps the one of the latest (or
 * the earliest) event. Joining is commutative, associative and idempotent, so logs can be met in any
 * order and more than once.
 */
export class Register<T> {
  #value: T | undefined;
  #order: EventOrder | undefined;
  readonly #keep: 'latest' | 'earliest';

  constructor(keep: 'latest' | 'earliest' = 'latest') {
    this.#keep = keep;
  }

  /** The value kept so far; `undefined` before the first offer. */
  get value(): T | undefined {
    return this.#value;
  }

  /** The order of the event whose value is kept. */
  get order(): EventOrder | undefined {
    return this.#order;
  }

  /** Offers the value of one event. */
  offer(value: T, order: EventOrder): void {
    if (this.#order !== undefined) {
      const comparison = compareEventOrder(order, this.#order);
      if (this.#keep === 'latest' ? comparison <= 0 : comparison >= 0) return;
    }
    this.#value = value;
    this.#order = order;
  }
}

/** One register for each key. */
export class RegisterMap<T> {
  readonly #registers = new Map<string, Register<T>>();
  readonly #keep: 'latest' | 'earliest';

  constructor(keep: 'latest' | 'earliest' = 'latest') {
    this.#keep = keep;
  }

  /** Offers the value of one event for one key. */
  offer(key: string, value: T, order: EventOrder): void {
    let register = this.#registers.get(key);
    if (register === undefined) {
      register = new Register<T>(this.#keep);
      this.#registers.set(key, register);
    }
    register.offer(value, order);
  }

  /** The entries kept, sorted by key. */
  entries(): [string, T][] {
    return [...this.#registers]
      .map(([key, register]): [string, T] => [key, register.value as T])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** The tags that are there, sorted by key: a tag whose latest value is `null` was taken away. */
export function presentTags(tags: RegisterMap<string | null>): Record<string, string> {
  return Object.fromEntries(
    tags.entries().filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
