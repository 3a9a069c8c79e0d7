import { TidemarkError } from '../errors.ts';
import { assertArguments, isOfKind } from '../model/plain-input.ts';
import { decodeFields } from './event-fields.ts';
import { type Fields, MalformedFields } from './field-values.ts';
import type { StoreEvent } from './store-event.ts';

/** Calls `assertEvent` on each event. @throws INVALID_ARGUMENT, also when `events` is not an array */
export function assertEvents(events: readonly StoreEvent[]): void {
  if (!isOfKind(events, 'array')) assertArguments({ events }, 'append', { events: 'objects' });
  for (const event of events) assertEvent(event);
}

/**
 * Refuses an event that could not be read back. A store must be able to read everything that it acknowledged, even if
 * plain JavaScript passes values that the types forbid.
 * @throws INVALID_ARGUMENT
 */
export function assertEvent(event: StoreEvent): void {
  if (!isOfKind(event, 'object') || !isOfKind(event.kind, 'string')) {
    assertArguments({ event }, 'assertEvent', { event: 'object' });
    assertArguments({ kind: event.kind }, 'assertEvent', { kind: 'string' });
  }
  const decoded = decodeFields(event.kind, event as unknown as Fields, 0);
  const isMalformed = decoded instanceof MalformedFields;
  if (!isMalformed && decoded !== 'unknown-kind') return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `An event of kind ${JSON.stringify(event.kind)} ${isMalformed ? decoded.message : 'is not known'}. Nothing was written.`,
    { details: { kind: event.kind } },
  );
}
