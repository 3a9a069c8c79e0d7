import { compareEventOrder, type EventOrder } from '../events/stamp.ts';
import type { ParamConflict } from '../model/run.ts';

/** The params of one run: the first value of each wins, every other value stays visible as a conflict. */
export class ParamFold {
  readonly #params = new Map<string, Map<string, EventOrder>>();

  /** Joins one param of one event. */
  offer(key: string, value: string, order: EventOrder): void {
    let values = this.#params.get(key);
    if (values === undefined) {
      values = new Map();
      this.#params.set(key, values);
    }
    const known = values.get(value);
    if (known === undefined || compareEventOrder(order, known) < 0) values.set(value, order);
  }

  /** The winning value of each param, sorted by key. */
  values(): Record<string, string> {
    return Object.fromEntries(this.#sorted().map(([key, values]) => [key, winner(values)]));
  }

  /** The params that were logged with more than one value, sorted by key. */
  conflicts(): ParamConflict[] {
    return this.#sorted()
      .filter(([, values]) => values.size > 1)
      .map(([key, values]) => {
        const value = winner(values);
        return { key, value, rejected: [...values.keys()].filter((v) => v !== value).sort() };
      });
  }

  #sorted(): [string, Map<string, EventOrder>][] {
    return [...this.#params].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

function winner(values: Map<string, EventOrder>): string {
  let first: [string, EventOrder] | undefined;
  for (const entry of values) {
    if (first === undefined || compareEventOrder(entry[1], first[1]) < 0) first = entry;
  }
  return (first as [string, EventOrder])[0];
}
