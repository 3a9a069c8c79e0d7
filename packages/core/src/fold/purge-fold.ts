import type { Purged } from '../events/kinds/purged.ts';
import { compareEventOrder, type EventOrder } from '../events/stamp.ts';
import type { PurgeablePart, PurgedPart } from '../model/purged-part.ts';

/** In the order in which they are listed, and looked for in an event. */
const PARTS: readonly PurgeablePart[] = ['artifact', 'metric', 'param', 'tag'];

/** Under which a purge of everything is kept. */
const WHOLE = '';

/** A purge, and its place in the order of events. */
export interface OrderedPurge {
  readonly event: Purged;
  readonly order: EventOrder;
}

/**
 * What was purged of one run, logged model or experiment: a set that only grows, so that a purge beats
 * whatever was or will be recorded, however late and from whichever copy of a log it is met. Of two
 * purges of one thing the earlier is remembered.
 */
export class PurgeFold {
  readonly #purged = new Map<string, OrderedPurge>();

  /** Joins one purge. */
  apply(event: Purged, order: EventOrder): void {
    const { part, key } = purgedThing(event);
    const name = part === undefined ? WHOLE : nameOf(part, key);
    const known = this.#purged.get(name);
    if (known !== undefined && compareEventOrder(known.order, order) <= 0) return;
    this.#purged.set(name, { event, order });
  }

  /** Whether the run, model or experiment as a whole is gone. */
  get isWhole(): boolean {
    return this.#purged.has(WHOLE);
  }

  /** Whether one part of it is gone. */
  has(part: PurgeablePart, key: string): boolean {
    return this.isWhole || this.#purged.has(nameOf(part, key));
  }

  /** The entries of a record that are left. */
  keep<Value>(part: PurgeablePart, record: Readonly<Record<string, Value>>): Record<string, Value> {
    return Object.fromEntries(Object.entries(record).filter(([key]) => !this.has(part, key)));
  }

  /** The purges of single parts alone. */
  withoutWhole(): PurgeFold {
    const parts = new PurgeFold();
    for (const [name, { event, order }] of this.#purged) {
      if (name !== WHOLE) parts.apply(event, order);
    }
    return parts;
  }

  /** The parts that are gone, sorted by part and key. */
  parts(): PurgedPart[] {
    return this.#sorted().flatMap(({ event }) => {
      const { part, key } = purgedThing(event);
      if (part === undefined) return [];
      const { by, timeMs, reason } = event;
      return { part, key, by, atMs: timeMs, ...(reason === undefined ? {} : { reason }) };
    });
  }

  /** The purges that fold to this same state. */
  events(): OrderedPurge[] {
    return this.#sorted();
  }

  #sorted(): OrderedPurge[] {
    return [...this.#purged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, purge]) => purge);
  }
}

/** What an event purges of its run, model or experiment: one part, or (no `part`) all of it. */
export function purgedThing(event: Purged): {
  readonly part: PurgeablePart | undefined;
  readonly key: string;
} {
  const part = PARTS.find((candidate) => event[candidate] !== undefined);
  return { part, key: part === undefined ? WHOLE : (event[part] ?? WHOLE) };
}

function nameOf(part: PurgeablePart, key: string): string {
  return `${part}\u0000${key}`;
}
