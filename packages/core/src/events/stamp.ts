/**
 * The hybrid stamp that orders events: the writer's wall clock in microseconds since 1970, pushed
 * forward so that it is always above every stamp this process has written or read. Causes are
 * therefore stamped below their effects, even between machines whose clocks differ.
 */
export class HybridClock {
  #lastUs = 0;
  readonly #nowMs: () => number;

  /** `nowMs` is the wall clock, replaceable so that tests can make it jump. */
  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /** The next stamp, in microseconds: `max(wall clock, last stamp seen + 1)`. */
  next(): number {
    this.#lastUs = Math.max(Math.trunc(this.#nowMs()) * 1000, this.#lastUs + 1);
    return this.#lastUs;
  }

  /** Takes note of a stamp that was read, so that later ones are above it. */
  observe(stampUs: number): void {
    if (stampUs > this.#lastUs) this.#lastUs = stampUs;
  }
}

/** Where an event stands in the one order that every reader agrees on. */
export interface EventOrder {
  /** Hybrid stamp, microseconds. */
  readonly stampUs: number;
  readonly writer: string;
  /** The event's place in its writer's logs; grows along them. */
  readonly position: number;
}

/** By stamp, ties by writer, then by position in the writer's logs. */
export function compareEventOrder(a: EventOrder, b: EventOrder): number {
  if (a.stampUs !== b.stampUs) return a.stampUs - b.stampUs;
  if (a.writer !== b.writer) return a.writer < b.writer ? -1 : 1;
  return a.position - b.position;
}
