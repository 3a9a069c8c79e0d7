import { TidemarkError } from '../errors.ts';
import { isOfKind, kindOf } from '../model/plain-input.ts';

/** @throws INVALID_ARGUMENT when what plain JavaScript handed in is neither bytes nor a stream of them */
export function assertContent(content: unknown): void {
  if (!isOfKind(content, 'stream')) assertBytes(content);
}

/** @throws INVALID_ARGUMENT when a value is not a Uint8Array */
export function assertBytes(value: unknown): asserts value is Uint8Array {
  if (isOfKind(value, 'bytes')) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `An artifact is made of bytes, and ${kindOf(value)} was given. Give a Uint8Array or an async iterable of them; for text use logText.`,
  );
}
