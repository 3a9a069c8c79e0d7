import { TidemarkError } from '../errors.ts';
import { isOfKind, kindOf } from '../model/plain-input.ts';

/**
 * Checks that content is a Uint8Array or a stream, because plain JavaScript may pass anything. @throws
 * INVALID_ARGUMENT
 */
export function assertContent(content: unknown): void {
  if (!isOfKind(content, 'stream')) assertBytes(content);
}

/** Checks that a value is a Uint8Array. @throws INVALID_ARGUMENT */
export function assertBytes(value: unknown): asserts value is Uint8Array {
  if (isOfKind(value, 'bytes')) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `An artifact is made of bytes, and ${kindOf(value)} was given. Give a Uint8Array or an async iterable of them; for text use logText.`,
  );
}
