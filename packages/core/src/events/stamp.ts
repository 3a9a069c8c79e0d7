import { TidemarkError } from '../errors.ts';

/**
 * The latest stamp (the year 2100), in microseconds. A line with a later stamp is damage: otherwise a single such
 * line would push the clock of every reader beyond the integers that a number can represent.
 */
export const LATEST_STAMP_US = 4_102_444_800_000_000;

/**
 * How far a stamp may be ahead of this machine's clock for `HybridClock` to follow it, in microseconds (one day). A
 * stamp further ahead still orders its own event, but later events get stamps below it, so that one wrong clock does
 * not spread to other machines.
 */
export const FARTHEST_AHEAD_US: number = 24 * 60 * 60 * 1_000_000;

/** Whether a value from a log can be a stamp. */
export function isStamp(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LATEST_STAMP_US;
}

/**
 * The hybrid stamp that orders events: the writer's wall clock in microseconds since 1970, moved forward so that it
 * is above every stamp this process has written or read. The stamp of a cause is therefore below the stamp of its
 * effect, even between machines whose clocks differ by up to `FARTHEST_AHEAD_US`.
 */
export class HybridClock {
  #lastUs = 0;
  #lastBeyondUs = 0;
  readonly #nowMs: () => number;

  /** `nowMs` is the wall clock, replaceable so that tests can make it jump. */
  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /**
   * Returns the next stamp, in microseconds: `max(wall clock, last stamp seen + 1)`.
   * @throws WRITE_FAILED if the clock of the machine is after the year 2100
   */
  next(): number {
    const stampUs = Math.max(Math.trunc(this.#nowMs()) * 1000, this.#lastUs + 1);
    if (stampUs > LATEST_STAMP_US) {
      throw new TidemarkError(
        'WRITE_FAILED',
        'Nothing was written, because the clock of this machine is after the year 2100. Set the clock, and retry.',
      );
    }
    this.#lastUs = stampUs;
    return stampUs;
  }

  /**
   * Returns a stamp above `afterUs`, for an event that changes something which a clock far ahead has stamped. Later
   * stamps of `next` do not follow it, so that the wrong clock does not spread to other things.
   */
  beyond(afterUs: number): number {
    const stampUs = Math.max(afterUs, this.#lastBeyondUs) + 1;
    this.#lastBeyondUs = Math.min(stampUs, LATEST_STAMP_US);
    return this.#lastBeyondUs;
  }

  /**
   * Records a stamp that was read, so that later stamps are above it. Ignores stamps more than `FARTHEST_AHEAD_US`
   * ahead.
   */
  observe(stampUs: number): void {
    if (stampUs <= this.#lastUs || !isStamp(stampUs)) return;
    if (stampUs - Math.trunc(this.#nowMs()) * 1000 > FARTHEST_AHEAD_US) return;
    this.#lastUs = stampUs;
  }
}

/** The place of an event in the order of all events, which is the same for every reader. */
export interface EventOrder {
  /** Hybrid stamp, microseconds. */
  readonly stampUs: number;
  readonly writer: string;
  /** The event's place in its writer's logs; later lines have higher places. */
  readonly position: number;
}

/** Compares by stamp, then by writer, then by position in the writer's logs. */
export function compareEventOrder(a: EventOrder, b: EventOrder): number {
  if (a.stampUs !== b.stampUs) return a.stampUs - b.stampUs;
  if (a.writer !== b.writer) return a.writer < b.writer ? -1 : 1;
  return a.position - b.position;
}

/** The order of events whose order does not matter. No writer has the empty id. */
export const NO_ORDER: EventOrder = { stampUs: 0, writer: '', position: 0 };
