import { type Fields, MalformedFields } from './field-values.ts';
import { EVENT_KINDS, type StoreEvent, type StoreEventKind } from './store-event.ts';

/**
 * Checks the fields of a line, or of an event to write, and returns the event. If a field is wrong, it returns the
 * `MalformedFields`; for a kind of a later version it returns `'unknown-kind'`. Writers and readers share these
 * checks, so that a reader sees as damage exactly the events that no writer may write. They are written by hand,
 * although the rest of the project uses zod: a store of 100,000 runs has a million lines, and zod's records drop the
 * legal key `__proto__` (docs/decisions/010-line-decoder.md).
 */
export function decodeFields(
  kind: string,
  fields: Fields,
  stampMs: number,
): StoreEvent | MalformedFields | 'unknown-kind' {
  if (!Object.hasOwn(EVENT_KINDS, kind)) return 'unknown-kind';
  try {
    return EVENT_KINDS[kind as StoreEventKind].decode(fields, stampMs);
  } catch (error) {
    if (error instanceof MalformedFields) return error;
    throw error;
  }
}
