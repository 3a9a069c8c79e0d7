import { TidemarkError } from '../errors.ts';
import { decodeFields, type Fields } from './event-fields.ts';
import type { StoreEvent } from './store-event.ts';

/**
 * Refuses an event that could not be read back: what is acknowledged has to be there for ever, also
 * when plain JavaScript, or a caller that did not check, hands in what the types forbid.
 * @throws INVALID_ARGUMENT
 */
export function assertEvent(event: StoreEvent): void {
  if (isReadable(event)) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `An event of kind ${JSON.stringify(event.kind)} has a field that is missing or of the wrong type. Nothing was written.`,
    { details: { kind: event.kind } },
  );
}

function isReadable(event: StoreEvent): boolean {
  const decoded = decodeFields(event.kind, event as unknown as Fields, 0);
  return decoded !== undefined && decoded !== 'unknown-kind';
}
