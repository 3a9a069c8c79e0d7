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
    if (this.#order !== undefined && !isKept(this.#keep, order, this.#order)) return;
    this.#value = value;
    this.#order = order;
  }
}

/** The values that came with one event. */
export interface Layer<T> {
  readonly values: Readonly<Record<string, T>>;
  readonly order: EventOrder;
}

/** So many events may lie side by side before they are joined key by key. */
const FEW_LAYERS = 8;

/**
 * One register for each key. The values lie as they came, one layer for each event, until there are
 * many: most runs set their tags once or twice, and a store has a hundred thousand runs.
 */
export class RegisterMap<T> {
  #layers: Layer<T>[] = [];
  #settleAt = FEW_LAYERS;
  readonly #keep: 'latest' | 'earliest';

  constructor(keep: 'latest' | 'earliest' = 'latest') {
    this.#keep = keep;
  }

  /** Offers the value of one event for one key. */
  offer(key: string, value: T, order: EventOrder): void {
    this.offerAll({ [key]: value }, order);
  }

  /** Offers all values of one event; the record is kept, and must not change. */
  offerAll(values: Readonly<Record<string, T>>, order: EventOrder): void {
    this.#layers.push({ values, order });
    if (this.#layers.length > this.#settleAt) this.#settle();
  }

  /** The value kept for a key; `undefined` where there is none. */
  get(key: string): T | undefined {
    return this.#layerOf(key)?.values[key];
  }

  /** The entries kept, sorted by key. */
  entries(): [string, T][] {
    const keys = new Set<string>();
    for (const { values } of this.#layers) for (const key of Object.keys(values)) keys.add(key);
    return [...keys].sort().map((key) => [key, this.get(key) as T]);
  }

  /** What is kept, each key once, as the events that it came from. */
  layers(): readonly Layer<T>[] {
    if (this.#layers.length > 1) this.#settle();
    return this.#layers;
  }

  #layerOf(key: string): Layer<T> | undefined {
    let found: Layer<T> | undefined;
    for (const layer of this.#layers) {
      if (!Object.hasOwn(layer.values, key)) continue;
      if (found === undefined || isKept(this.#keep, layer.order, found.order)) found = layer;
    }
    return found;
  }

  #settle(): void {
    const kept = new Map<string, Layer<T>>();
    for (const layer of this.#layers) {
      for (const key of Object.keys(layer.values)) {
        const known = kept.get(key);
        if (known === undefined || isKept(this.#keep, layer.order, known.order)) {
          kept.set(key, layer);
        }
      }
    }
    this.#layers = regrouped([...kept].map(([key, layer]) => [layer, key]));
    // Twice as many before the next round, so that each round is paid for by what came in.
    this.#settleAt = FEW_LAYERS + 2 * this.#layers.length;
  }
}

/** Layers with only these of their keys. */
export function regrouped<T>(kept: readonly (readonly [Layer<T>, string])[]): Layer<T>[] {
  const entries = new Map<Layer<T>, [string, T][]>();
  for (const [layer, key] of kept) {
    const entry: [string, T] = [key, layer.values[key] as T];
    const known = entries.get(layer);
    if (known === undefined) entries.set(layer, [entry]);
    else known.push(entry);
  }
  return [...entries].map(([{ order }, values]) => ({
    // fromEntries defines properties, so that a key such as __proto__ stays a key.
    values: Object.fromEntries(values),
    order,
  }));
}

/** The tags that are there, sorted by key: a tag whose latest value is `null` was taken away. */
export function presentTags(tags: RegisterMap<string | null>): Record<string, string> {
  return Object.fromEntries(
    tags.entries().filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** The values of registers that may not be there, sorted by key. */
export function valuesOf<T>(registers: RegisterMap<T> | undefined): T[] {
  return registers === undefined ? [] : registers.entries().map(([, value]) => value);
}

/** Each value that was kept, with its place in the order of events. */
export function* keptOf<T>(registers: RegisterMap<T> | undefined): Generator<[T, EventOrder]> {
  for (const layer of registers?.layers() ?? []) {
    for (const value of Object.values(layer.values)) yield [value, layer.order];
  }
}

function isKept(keep: 'latest' | 'earliest', order: EventOrder, known: EventOrder): boolean {
  const comparison = compareEventOrder(order, known);
  return keep === 'latest' ? comparison > 0 : comparison < 0;
}
