import { TidemarkError } from '../errors.ts';

/**
 * No stamp is later than this (the year 2100, in microseconds). What claims to be is damage: a single
 * such line would otherwise push the clock of everyone who reads it beyond what numbers can tell apart.
 */
export const LATEST_STAMP_US = 4_102_444_800_000_000;

/**
 * A stamp that is further ahead of this machine's clock is not followed. It orders its own event, and
 * what is logged after it was read is stamped below it: one wrong clock must not become everybody's.
 */
export const FARTHEST_AHEAD_US: number = 24 * 60 * 60 * 1_000_000;

/** Whether a value from a log can be a stamp. */
export function isStamp(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LATEST_STAMP_US;
}

/**
 * The hybrid stamp that orders events: the writer's wall clock in microseconds since 1970, pushed
 * forward so that it is above every stamp this process has written or read. Causes are therefore stamped
 * below their effects, even between machines whose clocks differ by up to `FARTHEST_AHEAD_US`.
 */
export class HybridClock {
  #lastUs = 0;
  readonly #nowMs: () => number;

  /** `nowMs` is the wall clock, replaceable so that tests can make it jump. */
  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /**
   * The next stamp, in microseconds: `max(wall clock, last stamp seen + 1)`.
   * @throws WRITE_FAILED when the clock of the machine is in the next century
   */
  next(): number {
    const stampUs = Math.max(Math.trunc(this.#nowMs()) * 1000, this.#lastUs + 1);
    if (stampUs > LATEST_STAMP_US) {
      throw new TidemarkError(
        'WRITE_FAILED',
        'The clock of this machine says a year after 2100. Set it right; nothing was written.',
      );
    }
    this.#lastUs = stampUs;
    return stampUs;
  }

  /** Takes note of a stamp that was read, so that later ones are above it, unless it is out of all reason. */
  observe(stampUs: number): void {
    if (stampUs <= this.#lastUs || !isStamp(stampUs)) return;
    if (stampUs - Math.trunc(this.#nowMs()) * 1000 > FARTHEST_AHEAD_US) return;
    this.#lastUs = stampUs;
  }
}

/** The place of an event in the order that is the same for every reader. */
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

/** For events whose order does not matter. No writer has the empty id. */
export const NO_ORDER: EventOrder = { stampUs: 0, writer: '', position: 0 };
