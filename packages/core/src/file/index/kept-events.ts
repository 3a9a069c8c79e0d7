import { decodeEventLine, encodeEventLine } from '../../events/event-line.ts';
import type { EventOrder } from '../../events/stamp.ts';
import type { StoreEvent } from '../../events/store-event.ts';

/** An event with its place in the order. */
export interface KeptEvent {
  readonly event: StoreEvent;
  readonly order: EventOrder;
}

/** Where the events of one run lie in one log: between the first of them and the end of the last. */
export interface Extent {
  readonly log: string;
  /** Of the section of the log: what its header says. */
  readonly writer: string;
  readonly sequence: number;
  readonly from: number;
  readonly to: number;
}

/** What an index keeps of one run, or of all logged models or experiments: events that fold to the state. */
export interface KeptState {
  readonly events: readonly KeptEvent[];
  /** Everybody who wrote, also those whose events were superseded. */
  readonly writers: readonly string[];
  readonly extents: readonly Extent[];
}

/**
 * The state as text: a line of JSON that says where each event stands, then the events as lines of a log,
 * so that there is one coding of events.
 */
export function encodeKeptState(state: KeptState): string {
  const { writers } = state;
  const places = new Map(writers.map((writer, place) => [writer, place]));
  /** Those that events were stamped by without their counting as writers: who purges, and nobody. */
  const others: string[] = [];
  const orders: number[] = [];
  let lines = '';
  for (const { event, order } of state.events) {
    let place = places.get(order.writer);
    if (place === undefined) {
      place = writers.length + others.length;
      others.push(order.writer);
      places.set(order.writer, place);
    }
    orders.push(place, order.position);
    lines += encodeEventLine(order.stampUs, event);
  }
  const extents = state.extents.map((extent) => [
    extent.log,
    extent.writer,
    extent.sequence,
    extent.from,
    extent.to,
  ]);
  return `${JSON.stringify({ writers, others, orders, extents })}\n${lines}`;
}

/** Reads what `encodeKeptState` wrote; throws, whatever it is, when it is not that. */
export function decodeKeptState(text: string): KeptState {
  const lines = text.split('\n');
  const head = JSON.parse(lines[0] ?? '') as {
    writers: string[];
    others: string[];
    orders: number[];
    extents: [string, string, number, number, number][];
  };
  const stamped = [...head.writers, ...head.others];
  const events: KeptEvent[] = [];
  for (let line = 1; line < lines.length - 1; line += 1) {
    const decoded = decodeEventLine(lines[line] as string);
    if (decoded.outcome !== 'event') throw new Error(`line ${line} is no event`);
    const writer = stamped[head.orders[2 * line - 2] as number] as string;
    const position = head.orders[2 * line - 1] as number;
    events.push({ event: decoded.event, order: { stampUs: decoded.stampUs, writer, position } });
  }
  return {
    events,
    writers: head.writers,
    extents: head.extents.map(([log, writer, sequence, from, to]) => ({
      log,
      writer,
      sequence,
      from,
      to,
    })),
  };
}
