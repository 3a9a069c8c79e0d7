import { TidemarkError } from '../errors.ts';
import { assertArguments, isOfKind } from '../model/plain-input.ts';
import { decodeFields } from './event-fields.ts';
import { type Fields, MalformedFields } from './field-values.ts';
import { kindOf, type StoreEvent } from './store-event.ts';

/**
 * Checks events as `assertEvent` does, and returns them as a store keeps them: without the secrets in the sources of
 * datasets. Every store calls it before it writes, so that no import, copy, server or client has to.
 * @throws INVALID_ARGUMENT, also when `events` is not an array
 */
export function acceptedEvents(events: readonly StoreEvent[]): readonly StoreEvent[] {
  if (!isOfKind(events, 'array')) assertArguments({ events }, 'append', { events: 'objects' });
  let changed: StoreEvent[] | undefined;
  for (const [index, event] of events.entries()) {
    assertEvent(event);
    const accepted = kindOf(event).withoutSecrets(event);
    if (accepted === event) continue;
    changed ??= [...events];
    changed[index] = accepted;
  }
  return changed ?? events;
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
