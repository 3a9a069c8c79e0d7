import { TidemarkError } from '../../errors.ts';
import { errnoOf, whyUnwritten } from '../system/system-errors.ts';
import type { EncodedEvents } from './encode-events.ts';
import { LineBytes } from './line-bytes.ts';
import type { LogLimits } from './log-limits.ts';
import type { LogWriter, WholeLines } from './log-writer.ts';

/** The time between retries after a failure. Each call retries too. */
const RETRY_MS = 1000;

/** The buffered lines of one writer. */
interface Held {
  readonly lines: LineBytes;
  count: number;
  calls: number;
  stampUs: number;
}

/**
 * Lines that wait to be written together (durability `buffered`): for a bounded time, or until there is a bounded
 * amount of them. Lines that cannot be written stay, every later call tries to write them again, and no new lines are
 * accepted before that succeeds.
 */
export class HeldLines {
  readonly #limits: LogLimits;
  readonly #write: (writer: LogWriter, lines: WholeLines, stampUs: number) => void;
  readonly #onUnwritten: (error: TidemarkError) => void;
  readonly #held = new Map<LogWriter, Held>();
  /** A free buffer for the next lines. */
  #spare: LineBytes | undefined;
  #bytes = 0;
  #calls = 0;
  #sinceMs = 0;
  #failed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: {
    limits: LogLimits;
    /** Writes lines. `stampUs` is the last stamp. @throws WRITE_FAILED, and then nothing was written */
    write: (writer: LogWriter, lines: WholeLines, stampUs: number) => void;
    /** Called once for each failure that no call can throw. */
    onUnwritten: (error: TidemarkError) => void;
  }) {
    this.#limits = options.limits;
    this.#write = options.write;
    this.#onUnwritten = options.onUnwritten;
  }

  /**
   * Buffers the lines of one call, and writes all lines if it is time.
   * @throws WRITE_FAILED if earlier lines cannot be written; then these lines were not buffered
   */
  hold(writer: LogWriter, { bytes, count, stampUs }: EncodedEvents): void {
    if (this.#failed || this.#isDue(bytes.length)) this.flush();
    if (this.#calls === 0) this.#begin();
    let held = this.#held.get(writer);
    if (held === undefined) {
      held = { lines: this.#spare ?? new LineBytes(), count: 0, calls: 0, stampUs };
      this.#spare = undefined;
      this.#held.set(writer, held);
    }
    held.lines.add(bytes);
    held.count += count;
    held.calls += 1;
    held.stampUs = stampUs;
    this.#bytes += bytes.length;
    this.#calls += 1;
  }

  /**
   * Writes all buffered lines now.
   * @throws WRITE_FAILED with how much is not written
   */
  flush(): void {
    for (const [writer, { lines, count, calls, stampUs }] of this.#held) {
      try {
        this.#write(writer, { bytes: lines.bytes, count }, stampUs);
      } catch (error) {
        this.#failed = true;
        throw this.#unwritten(error);
      }
      this.#held.delete(writer);
      this.#bytes -= lines.length;
      this.#calls -= calls;
      lines.clear();
      this.#spare = lines;
    }
    this.#failed = false;
    this.#stopTimer();
  }

  /** Drops the lines that are still buffered and that no one will write any more. */
  close(): void {
    this.#held.clear();
    this.#bytes = 0;
    this.#calls = 0;
    this.#failed = false;
    this.#stopTimer();
  }

  #begin(): void {
    this.#stopTimer();
    this.#sinceMs = Date.now();
    // The timer briefly keeps the process alive, so that a program that just ends loses nothing.
    this.#timer = setTimeout(() => this.#flushLater(), this.#limits.bufferedMs);
  }

  #flushLater(): void {
    this.#timer = undefined;
    const failedBefore = this.#failed;
    try {
      this.flush();
    } catch (error) {
      if (!failedBefore) this.#onUnwritten(error as TidemarkError);
      this.#timer = setTimeout(() => this.#flushLater(), RETRY_MS).unref();
    }
  }

  /** Whether it is time to write. Each call checks it too, because no timer fires during a busy loop. */
  #isDue(byteCount: number): boolean {
    return (
      this.#calls > 0 &&
      (this.#bytes + byteCount > this.#limits.bufferedBytes ||
        Math.abs(Date.now() - this.#sinceMs) > this.#limits.bufferedMs)
    );
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #unwritten(cause: unknown): TidemarkError {
    const since = new Date(this.#sinceMs).toISOString();
    const calls = this.#calls === 1 ? '1 buffered call' : `${this.#calls} buffered calls`;
    return new TidemarkError(
      'WRITE_FAILED',
      `${calls} since ${since} could not be written (durability "buffered"): ${whyUnwritten(cause)} New calls are refused until a retry succeeds.`,
      {
        cause,
        details: {
          errno: cause instanceof TidemarkError ? (errnoOf(cause.cause) ?? '') : '',
          unwrittenCalls: this.#calls,
          unwrittenBytes: this.#bytes,
        },
      },
    );
  }
}
