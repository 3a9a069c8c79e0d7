import { describe, expect, it } from 'vitest';
import { weightBytesProblem } from './weight-bytes.ts';

const weight = (dtype: string, shape: number[], quantized?: string) => ({
  name: 'w',
  dtype,
  shape,
  ...(quantized === undefined ? {} : { quantization: { dtype: quantized } }),
});

describe('the bytes of a group of weights', () => {
  it('are the bytes of all its values, packed or not', () => {
    expect(weightBytesProblem([weight('float32', [2, 3]), weight('bool', [])], 25)).toBeUndefined();
    expect(weightBytesProblem([weight('float32', [2, 3], 'uint8')], 6)).toBeUndefined();
    expect(weightBytesProblem([weight('complex64', [2])], 16)).toBeUndefined();
    expect(weightBytesProblem([], 0)).toBeUndefined();
  });

  it('are at least the lengths of texts', () => {
    expect(weightBytesProblem([weight('string', [2])], 11)).toBeUndefined();
    expect(weightBytesProblem([weight('string', [2])], 7)).toMatch(/at least 8 bytes/);
  });

  it.each([23, 25, 0])('are refused if there are more or fewer: %i of 24', (bytes) => {
    expect(weightBytesProblem([weight('float32', [2, 3])], bytes)).toMatch(/need 24 bytes/);
  });

  it('are unknown for a dtype that TF.js does not have', () => {
    expect(weightBytesProblem([weight('int128', [1])], 16)).toMatch(/unknown dtype int128/);
  });
});
