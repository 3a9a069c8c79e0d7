import { type Fields, MalformedFields } from './field-values.ts';
import { EVENT_KINDS, type StoreEvent, type StoreEventKind } from './store-event.ts';

/**
 * Checks the fields of a line, or of an event that is to be written, and gives the event. The one set of
 * checks of both sides: what a writer may not put into a log is damage to a reader. Gives what is wrong
 * with a field, or `'unknown-kind'` for a kind of a later version. Written by hand where the rest of the
 * project uses zod: a store of 100,000 runs has a million lines, and zod's records drop the legal
 * key `__proto__` (docs/decisions/010-line-decoder.md).
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
