import type { TfjsWeightSpec } from './tfjs-types.ts';

/** Bytes of one value as tfjs-core stores it (io/types.ts, `DTYPE_VALUE_SIZE_MAP`). */
const VALUE_BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  float16: 2,
  int32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
  complex64: 8,
};

/** In a weight, the length of a text comes before it, in this many bytes (tfjs-core, `decodeWeights`). */
const TEXT_LENGTH_BYTES = 4;

/**
 * Why a group of weights cannot have this many bytes, or `undefined` when it can. TF.js itself reads the bytes
 * that it needs and ignores the rest, so it would predict with the weights of another model.
 */
export function weightBytesProblem(
  weights: readonly TfjsWeightSpec[],
  givenBytes: number,
): string | undefined {
  let neededBytes = 0;
  let hasText = false;
  for (const { name, dtype, shape, quantization } of weights) {
    const count = shape.reduce((product, size) => product * size, 1);
    const stored = quantization?.dtype ?? dtype;
    if (stored === 'string') {
      hasText = true;
      neededBytes += count * TEXT_LENGTH_BYTES;
      continue;
    }
    const valueBytes = VALUE_BYTES[stored];
    if (valueBytes === undefined) return `its weight ${name} has the unknown dtype ${stored}`;
    neededBytes += count * valueBytes;
  }
  const fits = hasText ? givenBytes >= neededBytes : givenBytes === neededBytes;
  if (fits) return undefined;
  return `its weights need ${hasText ? 'at least ' : ''}${neededBytes} bytes, but the shards hold ${givenBytes}`;
}
