/** A part of a file: its first and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Parses the `Range` header of a request (RFC 9110, 14.2). Returns `unsatisfiable` when the range begins
 * after the end of the file, and `undefined` for what a server may ignore: no range, several ranges, or bad
 * syntax.
 */
export function parseByteRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? [];
  if (first === '') {
    if (last === '') return undefined;
    // A suffix: the last bytes of the file.
    const from = Math.max(sizeBytes - Number(last), 0);
    return from < sizeBytes ? { first: from, last: sizeBytes - 1 } : 'unsatisfiable';
  }
  if (last !== '' && Number(last) < Number(first)) return undefined;
  if (Number(first) >= sizeBytes) return 'unsatisfiable';
  return {
    first: Number(first),
    last: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1),
  };
}

/**
 * Returns the bytes of a range from content that begins at byte `start`. It drops the bytes before the range.
 */
export async function* bytesOfRange(
  content: AsyncIterable<Uint8Array>,
  { first, last }: ByteRange,
  start = 0,
): AsyncGenerator<Uint8Array> {
  let offset = start;
  for await (const piece of content) {
    const from = Math.max(first - offset, 0);
    const to = Math.min(last + 1 - offset, piece.length);
    if (from < to) yield piece.subarray(from, to);
    offset += piece.length;
    // Leaving the loop closes the file.
    if (offset > last) return;
  }
}
