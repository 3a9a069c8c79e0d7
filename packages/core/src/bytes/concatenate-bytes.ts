import { assertArguments } from '../model/plain-input.ts';
import { assertBytes } from './assert-bytes.ts';

/** Returns one array with the bytes of all parts, in order. */
export function concatenateBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  assertArguments({ parts }, 'concatenateBytes', { parts: 'array' });
  parts.forEach(assertBytes);
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Reads all bytes of a stream, such as that of `ArtifactStore.read`. */
export async function collectBytes(
  stream: AsyncIterable<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  assertArguments({ stream }, 'collectBytes', { stream: 'stream' });
  const parts: Uint8Array[] = [];
  for await (const part of stream) {
    assertBytes(part);
    parts.push(part);
  }
  return concatenateBytes(parts);
}
