import { decodeEventLine, encodeEventLine } from '../../events/event-line.ts';
import type { EventOrder } from '../../events/stamp.ts';
import type { StoreEvent } from '../../events/store-event.ts';
import { LAYOUT, logPath } from '../layout.ts';

/** An event with its place in the order. */
export interface KeptEvent {
  readonly event: StoreEvent;
  readonly order: EventOrder;
}

/** The range of the events of one run in one log: from the start of the first to the end of the last. */
export interface Extent {
  readonly log: string;
  /** The writer of the section of the log, from its header. */
  readonly writer: string;
  readonly sequence: number;
  readonly from: number;
  readonly to: number;
}

/** The part of an index for one run, or for all logged models or experiments: events that fold to the state. */
export interface KeptState {
  readonly events: readonly KeptEvent[];
  /** The openers of the run, including those whose events were superseded. */
  readonly openers: readonly string[];
  readonly extents: readonly Extent[];
}

/**
 * Encodes a state as text: a line of JSON with the order of each event, then the events as lines of a log, so that
 * events have only one encoding.
 */
export function encodeKeptState(state: KeptState): string {
  const { openers } = state;
  const places = new Map(openers.map((writer, place) => [writer, place]));
  /**
   * The writers of events that did not open the run: those that only log to it, those that purge, and the empty id.
   */
  const others: string[] = [];
  const orders: number[] = [];
  let lines = '';
  const placeOf = (writer: string): number => {
    let place = places.get(writer);
    if (place === undefined) {
      place = openers.length + others.length;
      others.push(writer);
      places.set(writer, place);
    }
    return place;
  };
  for (const { event, order } of state.events) {
    orders.push(placeOf(order.writer), order.position);
    lines += `${encodeEventLine(order.stampUs, event)}\n`;
  }
  const extents = state.extents.map(({ log, writer, sequence, from, to }) => {
    const place = [placeOf(writer), sequence, from, to];
    return log === logName(writer, sequence) ? place : [...place, log];
  });
  return `${JSON.stringify({ openers, others, orders, extents })}\n${lines}`;
}

/** The pieces of the first line of the encoded state of a run of which every event is from one section of a log. */
export interface KeptEnds {
  /** Before the orders of the events: `0,<position>` for each. */
  readonly begin: string;
  /** Between them and the first and the last byte of the extent. */
  readonly middle: string;
  /** After these, with the newline. */
  readonly end: string;
}

/** Returns the pieces around what is special to one run of a section, as `encodeKeptState` would write them. */
export function keptEnds({ log, writer, sequence }: Omit<Extent, 'from' | 'to'>): KeptEnds {
  const named = log === logName(writer, sequence) ? '' : `,${JSON.stringify(log)}`;
  return {
    begin: `{"openers":[${JSON.stringify(writer)}],"others":[],"orders":[`,
    middle: `],"extents":[[0,${sequence},`,
    end: `${named}]]}\n`,
  };
}

/** The first line of an encoded state. */
interface StateHead {
  readonly openers: readonly string[];
  readonly others: readonly string[];
  readonly orders: readonly number[];
  readonly extents: readonly (readonly [number, number, number, number, string?])[];
}

/** Returns the extents of an encoded state. Throws for every other text. */
export function decodeExtents(text: string): Extent[] {
  return extentsOf(JSON.parse(text.slice(0, text.indexOf('\n'))) as StateHead);
}

/** Inverse of `encodeKeptState`. Throws for every other text. */
export function decodeKeptState(text: string): KeptState {
  const lines = text.split('\n');
  const head = JSON.parse(lines[0] ?? '') as StateHead;
  const stamped = [...head.openers, ...head.others];
  const events: KeptEvent[] = [];
  for (let line = 1; line < lines.length - 1; line += 1) {
    const decoded = decodeEventLine(lines[line] as string);
    if (decoded.outcome !== 'event') throw new Error(`line ${line} is not an event`);
    const writer = stamped[head.orders[2 * line - 2] as number] as string;
    const position = head.orders[2 * line - 1] as number;
    events.push({ event: decoded.event, order: { stampUs: decoded.stampUs, writer, position } });
  }
  return {
    events,
    openers: head.openers,
    extents: extentsOf(head),
  };
}

function extentsOf({ openers, others, extents }: StateHead): Extent[] {
  const stamped = [...openers, ...others];
  return extents.map(([place, sequence, from, to, named]) => {
    const writer = stamped[place] as string;
    return { log: named ?? logName(writer, sequence), writer, sequence, from, to };
  });
}

/**
 * Returns the name of the log that a writer begins with this number. The lines of a sealed log may be in another log.
 */
function logName(writer: string, sequence: number): string {
  return logPath(writer, sequence).slice(LAYOUT.logs.length + 1);
}
