/** A part of a file by its first and last byte, both counted. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range that a `Range` header asks for of a file (RFC 9110, 14.2); `unsatisfiable` when it begins
 * behind the file's end, `undefined` for what a server may pass over: no range, several, or bad syntax.
 */
export function parseByteRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? [];
  if (first === '') {
    if (last === '') return undefined;
    // The last so many bytes.
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

/** The bytes of a range, of content that begins at byte `start`; the bytes before the range are dropped. */
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
    // Leaving closes the file.
    if (offset > last) return;
  }
}
