import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampledPoints } from './sampled-points.ts';

it('a sample has the requested number of points, each once, with the first and the last', () => {
  const inputs = [fc.integer({ min: 2, max: 300 }), fc.integer({ min: 2, max: 300 })] as const;
  fc.assert(
    fc.property(...inputs, (length, count) => {
      const history = Array.from({ length }, (_, index) => {
        return { key: 'loss', value: index, timestampMs: index, step: Math.floor(index / 3) };
      });
      const sample = sampledPoints(history.toReversed(), count);
      expect(sample).toHaveLength(Math.min(length, count));
      expect(new Set(sample).size).toBe(sample.length);
      expect(sample[0]).toBe(history[0]);
      expect(sample.at(-1)).toBe(history.at(-1));
    }),
  );
});
