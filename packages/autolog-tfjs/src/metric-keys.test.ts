import { assertKey } from '@tidemark/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MetricKeys } from './metric-keys.ts';

const names = fc.uniqueArray(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a', 'a_2', '/', '..', '', '誤差', 'a*')),
  { maxLength: 12 },
);

describe('the keys of the metrics of a training', () => {
  it('are the names of the metrics, in every script', () => {
    expect(new MetricKeys().of(['loss', '误差', '偏差', 'val/acc'])).toEqual([
      'loss',
      '误差',
      '偏差',
      'val/acc',
    ]);
  });

  it('are derived from names that are not allowed, and never collide', () => {
    const keys = new MetricKeys();
    expect(keys.of(['a*', 'a?', 'a_', '', '/x', '../y', 'z'.repeat(300)])).toEqual([
      'a__2',
      'a__3',
      'a_',
      'metric',
      '_/x',
      '_/y',
      'z'.repeat(250),
    ]);
  });

  it('of batches differ from those of epochs, whatever the name of a metric', () => {
    const keys = new MetricKeys();
    const epoch = ['loss', 'batch_loss'];
    expect(keys.of(epoch)).toEqual(epoch);
    expect(keys.of(['loss'], 'batch_')).toEqual(['batch_loss_2']);
    expect(keys.of(epoch)).toEqual(epoch);
  });

  it('are valid, never change, and differ for different names', () => {
    fc.assert(
      fc.property(names, names, (first, second) => {
        const keys = new MetricKeys();
        const given = new Map<string, string>();
        for (const batch of [first, second, first]) {
          keys.of(batch).forEach((key, place) => {
            const name = batch[place] as string;
            assertKey(key, 'metric');
            expect(given.get(name) ?? key).toBe(key);
            given.set(name, key);
          });
        }
        expect(new Set(given.values()).size).toBe(given.size);
      }),
    );
  });
});
