import { TidemarkError } from '../../errors.ts';
import { encodeEventLine } from '../../events/event-line.ts';
import type { HybridClock } from '../../events/stamp.ts';
import { kindOf, type StoreEvent } from '../../events/store-event.ts';
import { LineBytes } from './line-bytes.ts';
import { ROOM_OF_CHECK } from './line-check.ts';
import type { WholeLines } from './log-writer.ts';

/** The lines of one call. The next call overwrites them, so copy them to keep them. */
export interface EncodedEvents extends WholeLines {
  /** The clock of the writer at the last line. */
  readonly stampUs: number;
}

/** A character takes at most three bytes of UTF-8 for each unit of its UTF-16. */
const BYTES_PER_UNIT = 3;

/** The buffer for the lines of each call. */
const gathered = new LineBytes();

/**
 * Stamps the events of one call, each above its stamp in `after`, and encodes them. No line is longer than `lineBytes`: an
 * event with many keys or points becomes several events that fold to the same state.
 * @throws INVALID_ARGUMENT if a single value is too long for a line
 */
export function encodeEvents(
  events: readonly StoreEvent[],
  clock: HybridClock,
  lineBytes: number,
  after: readonly number[] = [],
): EncodedEvents {
  const lines: string[] = [];
  let stampUs = 0;
  for (const [at, event] of events.entries()) {
    stampUs = addLines(lines, event, { clock, lineBytes, afterUs: after[at] ?? 0 });
  }
  gathered.clear();
  for (const line of lines) gathered.addChecked(line);
  return { bytes: gathered.bytes, count: lines.length, stampUs };
}

interface Stamping {
  readonly clock: HybridClock;
  readonly lineBytes: number;
  /** The stamp of each line is above this one. */
  readonly afterUs: number;
}

/** Adds the line of an event, or the lines of its halves if it is too long. Returns the clock at the last line. */
function addLines(lines: string[], event: StoreEvent, stamping: Stamping): number {
  const { clock, lineBytes, afterUs } = stamping;
  let stampUs = clock.next();
  const eventUs = afterUs < stampUs ? stampUs : clock.beyond(afterUs);
  const line = encodeIfShort(eventUs, event, lineBytes - ROOM_OF_CHECK);
  if (line !== undefined) {
    lines.push(line);
    return stampUs;
  }
  const halves = kindOf(event).halves(event);
  if (halves === undefined) throw tooLong(event, lineBytes);
  for (const half of halves) stampUs = addLines(lines, half, stamping);
  return stampUs;
}

function encodeIfShort(
  stampUs: number,
  event: StoreEvent,
  greatestBytes: number,
): string | undefined {
  try {
    const line = encodeEventLine(stampUs, event);
    const isShort =
      line.length * BYTES_PER_UNIT <= greatestBytes || Buffer.byteLength(line) <= greatestBytes;
    return isShort ? line : undefined;
  } catch (error) {
    // Longer than the longest string of JavaScript, so longer than any line.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function tooLong({ kind }: StoreEvent, lineBytes: number): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `An event of kind "${kind}" takes more than the ${lineBytes} bytes that a line of a log may have. Nothing was written. Log the long text as an artifact.`,
    { details: { kind, lineBytes } },
  );
}
