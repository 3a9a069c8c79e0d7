import type { Purged } from '../events/kinds/purged.ts';
import type { PurgedContent } from '../events/purged-content.ts';
import { compareEventOrder, type EventOrder } from '../events/stamp.ts';
import type { PurgeablePart, PurgedPart } from '../model/purged-part.ts';

/** The parts, in the order in which they are listed and searched in an event. */
const PARTS: readonly PurgeablePart[] = ['artifact', 'metric', 'param', 'tag'];

/** The key of a purge of everything. */
const WHOLE = '';

/** A purge, and its place in the order of events. */
export interface OrderedPurge {
  readonly event: Purged;
  readonly order: EventOrder;
}

/**
 * The purges of one run, logged model or experiment. The set only grows, so a purge wins over every other event, even
 * over one that is read later from another copy of a log. Of two purges of one thing, the earlier is kept.
 */
export class PurgeFold implements PurgedContent {
  readonly #purged = new Map<string, OrderedPurge>();

  /** Joins one purge. */
  apply(event: Purged, order: EventOrder): void {
    const { part, key } = purgedThing(event);
    const name = part === undefined ? WHOLE : nameOf(part, key);
    const known = this.#purged.get(name);
    if (known !== undefined && compareEventOrder(known.order, order) <= 0) return;
    this.#purged.set(name, { event, order });
  }

  /** Whether nothing was purged. */
  get isEmpty(): boolean {
    return this.#purged.size === 0;
  }

  /** Whether the run, model or experiment as a whole was purged. */
  get isWhole(): boolean {
    return this.#purged.has(WHOLE);
  }

  /** Whether one part of it was purged. */
  has(part: PurgeablePart, key: string): boolean {
    return !this.isEmpty && (this.isWhole || this.#purged.has(nameOf(part, key)));
  }

  /** Returns the entries of a record that were not purged. */
  keep<Value>(
    part: PurgeablePart,
    record: Readonly<Record<string, Value>>,
  ): Readonly<Record<string, Value>> {
    if (this.isEmpty) return record;
    return Object.fromEntries(Object.entries(record).filter(([key]) => !this.has(part, key)));
  }

  /** Returns only the purges of single parts. */
  withoutWhole(): PurgeFold {
    const parts = new PurgeFold();
    for (const [name, { event, order }] of this.#purged) {
      if (name !== WHOLE) parts.apply(event, order);
    }
    return parts;
  }

  /** Returns the purged parts, sorted by part and key. */
  parts(): PurgedPart[] {
    return this.#sorted().flatMap(({ event }) => {
      const { part, key } = purgedThing(event);
      if (part === undefined) return [];
      const { by, timeMs, reason } = event;
      return { part, key, by, atMs: timeMs, ...(reason === undefined ? {} : { reason }) };
    });
  }

  /** Returns the purges that fold to this state. */
  events(): OrderedPurge[] {
    return this.#sorted();
  }

  #sorted(): OrderedPurge[] {
    return [...this.#purged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, purge]) => purge);
  }
}

/** The purges of everything that was never purged, which saves each its own. Join to it with `withPurge`. */
export const NO_PURGES: PurgeFold = new PurgeFold();

/** Joins one purge, and returns the purges from now on. */
export function withPurge(purges: PurgeFold, event: Purged, order: EventOrder): PurgeFold {
  const joined = purges === NO_PURGES ? new PurgeFold() : purges;
  joined.apply(event, order);
  return joined;
}

/** Returns the part that an event purges of its run, model or experiment; without `part` it purges everything. */
function purgedThing(event: Purged): {
  readonly part: PurgeablePart | undefined;
  readonly key: string;
} {
  const part = PARTS.find((candidate) => event[candidate] !== undefined);
  return { part, key: part === undefined ? WHOLE : (event[part] ?? WHOLE) };
}

function nameOf(part: PurgeablePart, key: string): string {
  return `${part}\u0000${key}`;
}
