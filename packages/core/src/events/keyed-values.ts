import type { PurgeablePart } from '../model/purged-part.ts';
import type { PurgedContent } from './purged-content.ts';

type Values = Readonly<Record<string, unknown>>;

/** Functions on the values by key that an event has in one member. Each value could be a separate event. */
export interface KeyedValues<Event> {
  /** The kind of part that each value is: a param, a tag or a metric of the event's subject. */
  readonly part: PurgeablePart;
  keys(event: Event): string[];
  /** The same content as events of one key each. */
  each(event: Event): Event[];
  /** The same content as two events; `undefined` for an event with a single key. */
  halves(event: Event): readonly [Event, Event] | undefined;
  /** The event without the keys that were purged: the same object when it has none of them. */
  without(event: Event, purged: PurgedContent): Event;
}

/** Returns the functions for events that have keyed values in `member`. */
export function keyedValues<Event extends object>(
  part: PurgeablePart,
  member: keyof Event & string,
): KeyedValues<Event> {
  const values = (event: Event): Values => (event[member] ?? {}) as Values;
  const withValues = (event: Event, left: Values): Event => ({ ...event, [member]: left });
  // fromEntries defines properties, so that a key such as __proto__ stays a key.
  const withEntries = (event: Event, entries: readonly [string, unknown][]): Event =>
    withValues(event, Object.fromEntries(entries));
  return {
    part,
    keys: (event) => Object.keys(values(event)),
    each: (event) => Object.entries(values(event)).map((entry) => withEntries(event, [entry])),
    halves(event) {
      const entries = Object.entries(values(event));
      if (entries.length < 2) return undefined;
      const middle = entries.length >> 1;
      return [
        withEntries(event, entries.slice(0, middle)),
        withEntries(event, entries.slice(middle)),
      ];
    },
    without(event, purged) {
      const isHeld = Object.keys(values(event)).some((key) => purged.has(part, key));
      return isHeld ? withValues(event, purged.keep(part, values(event))) : event;
    },
  };
}

/**
 * For events that hold only keyed values: returns the event without the purged ones, or `undefined` when none is
 * left.
 */
export function withoutPurged<Event>(
  keyed: KeyedValues<Event>,
): (event: Event, purged: PurgedContent) => Event | undefined {
  return (event, purged) => {
    const left = keyed.without(event, purged);
    return left !== event && keyed.keys(left).length === 0 ? undefined : left;
  };
}
