import { compareEventOrder, type EventOrder } from '../events/stamp.ts';
import type { ParamConflict } from '../model/run.ts';
import { type Layer, regrouped } from './register.ts';

/** How many layers are kept as they are before they are joined key by key. */
const FEW_LAYERS = 8;

/**
 * The params of one run: the first value of each wins, and every other value is visible as a conflict. As in a
 * `RegisterMap`, layers are kept as they are until there are many.
 */
export class ParamFold {
  #layers: Layer<string>[] = [];
  #settleAt = FEW_LAYERS;

  /** Joins one param of one event. */
  offer(key: string, value: string, order: EventOrder): void {
    this.offerAll({ [key]: value }, order);
  }

  /** Joins all params of one event; the record is kept, and must not change. */
  offerAll(values: Readonly<Record<string, string>>, order: EventOrder): void {
    this.#layers.push({ values, order });
    if (this.#layers.length > this.#settleAt) this.#settle();
  }

  /** Returns the winning value of one param. */
  get(key: string): string | undefined {
    let first: Layer<string> | undefined;
    for (const layer of this.#layers) {
      if (!Object.hasOwn(layer.values, key)) continue;
      if (first === undefined || compareEventOrder(layer.order, first.order) < 0) first = layer;
    }
    return first?.values[key];
  }

  /** Returns the winning value of each param, sorted by key. */
  values(): Record<string, string> {
    const keys = new Set(this.#layers.flatMap(({ values }) => Object.keys(values)));
    return Object.fromEntries([...keys].sort().map((key) => [key, this.get(key) as string]));
  }

  /** Calls `take` with each param and its winning value. */
  each(take: (key: string, value: string) => void): void {
    const [only] = this.#layers;
    const values = this.#layers.length === 1 && only !== undefined ? only.values : this.values();
    for (const key of Object.keys(values)) take(key, values[key] as string);
  }

  /** Returns the params that were logged with more than one value, sorted by key. */
  conflicts(): ParamConflict[] {
    if (this.#layers.length < 2) return [];
    return [...this.#byKey()]
      .filter(([, values]) => values.size > 1)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, values]) => {
        const value = this.get(key) as string;
        return { key, value, rejected: [...values.keys()].filter((v) => v !== value).sort() };
      });
  }

  /** Returns every value of every param once, in one layer for each event that logged them. */
  layers(): readonly Layer<string>[] {
    if (this.#layers.length > 1) this.#settle();
    return this.#layers;
  }

  /** Returns the earliest layer with each value of each param. */
  #byKey(): Map<string, Map<string, Layer<string>>> {
    const found = new Map<string, Map<string, Layer<string>>>();
    for (const layer of this.#layers) {
      for (const key of Object.keys(layer.values)) {
        const value = layer.values[key] as string;
        let values = found.get(key);
        if (values === undefined) {
          values = new Map();
          found.set(key, values);
        }
        const known = values.get(value);
        if (known === undefined || compareEventOrder(layer.order, known.order) < 0) {
          values.set(value, layer);
        }
      }
    }
    return found;
  }

  #settle(): void {
    this.#layers = regrouped(
      [...this.#byKey()].flatMap(([key, values]) =>
        [...values.values()].map((layer) => [layer, key] as const),
      ),
    );
    this.#settleAt = FEW_LAYERS + 2 * this.#layers.length;
  }
}
