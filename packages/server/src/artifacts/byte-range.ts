/** A part of a file by its first and last byte, both counted. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** One range of a `Range` header; `undefined` for none, several, or one that counts from the end. */
export function parseByteRange(header: string | undefined): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined) return undefined;
  const range = {
    first: Number(first),
    last: last === undefined || last === '' ? Number.MAX_SAFE_INTEGER : Number(last),
  };
  return range.first <= range.last ? range : undefined;
}

/** The bytes of a range. What lies before it is read and dropped, for stores give files from their beginning. */
export async function* bytesOfRange(
  content: AsyncIterable<Uint8Array>,
  { first, last }: ByteRange,
): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for await (const piece of content) {
    const from = Math.max(first - offset, 0);
    const to = Math.min(last + 1 - offset, piece.length);
    if (from < to) yield piece.subarray(from, to);
    offset += piece.length;
    if (offset > last) return;
  }
}
