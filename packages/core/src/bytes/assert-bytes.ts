import { TidemarkError } from '../errors.ts';

/** @throws INVALID_ARGUMENT when what plain JavaScript handed in is neither bytes nor a stream of them */
export function assertContent(content: unknown): void {
  const isStream =
    typeof content === 'object' && content !== null && Symbol.asyncIterator in content;
  if (!isStream) assertBytes(content);
}

/** @throws INVALID_ARGUMENT when a value is not a Uint8Array */
export function assertBytes(value: unknown): asserts value is Uint8Array {
  if (value instanceof Uint8Array) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `An artifact is made of bytes, and a ${typeof value} was given. Give a Uint8Array or an async iterable of them; for text use logText.`,
  );
}
