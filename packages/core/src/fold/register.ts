import { compareEventOrder, type EventOrder } from '../events/stamp.ts';

/**
 * A value that is joined and not overwritten: of all offered values it keeps the one of the latest (or the earliest)
 * event. Joining is commutative, associative and idempotent, so logs can be read in any order and more than once.
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

/** The values of one event. */
export interface Layer<T> {
  readonly values: Readonly<Record<string, T>>;
  readonly order: EventOrder;
}

/** How many layers are kept as they are before they are joined key by key. */
const FEW_LAYERS = 8;

/**
 * One register for each key. Layers, one for each event, are kept as they are until there are many: most runs set
 * their tags once or twice, and a store may have a hundred thousand runs.
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

  /** Returns the value of a key; `undefined` if it has none. */
  get(key: string): T | undefined {
    return this.#layerOf(key)?.values[key];
  }

  /** Returns the entries, sorted by key. */
  entries(): [string, T][] {
    const keys = new Set<string>();
    for (const { values } of this.#layers) for (const key of Object.keys(values)) keys.add(key);
    return [...keys].sort().map((key) => [key, this.get(key) as T]);
  }

  /** Returns the value of each key once, in one layer for each event that set them. */
  layers(): readonly Layer<T>[] {
    if (haveSameKey(this.#layers)) this.#settle();
    return this.#layers;
  }

  /** Calls `take` with each key and its value. */
  each(take: (key: string, value: T) => void): void {
    for (const { values } of this.layers()) {
      for (const key of Object.keys(values)) take(key, values[key] as T);
    }
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
    // The next round starts at twice as many layers, so that the rounds cost constant time per layer.
    this.#settleAt = FEW_LAYERS + 2 * this.#layers.length;
  }
}

/** Whether two of the layers have a value for one key. */
function haveSameKey<T>(layers: readonly Layer<T>[]): boolean {
  if (layers.length < 2) return false;
  const keys = new Set<string>();
  let count = 0;
  for (const { values } of layers) {
    for (const key of Object.keys(values)) {
      keys.add(key);
      count += 1;
    }
  }
  return keys.size < count;
}

/** Returns the layers with only the given keys of each. */
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

/** Returns the tags, sorted by key, without those whose latest value is `null`: they were deleted. */
export function presentTags(tags: RegisterMap<string | null>): Record<string, string> {
  return Object.fromEntries(
    tags.entries().filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** Returns the values of the registers, sorted by key; none if there are no registers. */
export function valuesOf<T>(registers: RegisterMap<T> | undefined): T[] {
  return registers === undefined ? [] : registers.entries().map(([, value]) => value);
}

/** Yields each value with its place in the order of events. */
export function* keptOf<T>(registers: RegisterMap<T> | undefined): Generator<[T, EventOrder]> {
  for (const layer of registers?.layers() ?? []) {
    for (const value of Object.values(layer.values)) yield [value, layer.order];
  }
}

function isKept(keep: 'latest' | 'earliest', order: EventOrder, known: EventOrder): boolean {
  const comparison = compareEventOrder(order, known);
  return keep === 'latest' ? comparison > 0 : comparison < 0;
}
