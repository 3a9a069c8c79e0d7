import { describe, expect, it } from 'vitest';
import { parseFilter } from './parse-filter.ts';
import { parseOrderBy } from './parse-order-by.ts';
import { RUN_TARGET } from './run-target.ts';

const refused = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'FILTER_INVALID', message: expect.stringMatching(message) });
const conditions = (count: number): string =>
  Array.from({ length: count }, (_, index) => `metrics.m${index} > 0`).join(' and ');

describe('a search', () => {
  it.each(['x', "''"])(
    'accepts a long literal of %s, and refuses one that is longer than the limit of a filter',
    (part) => {
      const literal = (length: number): string => `tags.a = '${part.repeat(length / part.length)}'`;
      expect(parseFilter('runs', literal(999_000))).toMatchObject({ kind: 'comparison' });
      expect(() => parseFilter('runs', literal(16_000_000))).toThrow(refused(/at most 1000000/));
    },
  );

  it('accepts a key, a blank and a number of any length within the limit of a filter', () => {
    expect(parseFilter('runs', `tags.${'k'.repeat(999_000)} = 'a'`)).toMatchObject({
      kind: 'comparison',
    });
    expect(parseFilter('runs', ' '.repeat(999_000))).toBeUndefined();
    expect(parseFilter('runs', `metrics.a > ${'1'.repeat(999_000)}`)).toMatchObject({
      kind: 'comparison',
    });
  });

  it('accepts 1,000 conditions, and refuses more, with any operators', () => {
    expect(parseFilter('runs', conditions(1000))).toMatchObject({ kind: 'and' });
    expect(() => parseFilter('runs', conditions(1001))).toThrow(refused(/more than 1000/));
    const nested = `not (${conditions(600)}) or (${conditions(401)})`;
    expect(() => parseFilter('runs', nested)).toThrow(refused(/more than 1000/));
  });

  it('counts many values in IN as one condition', () => {
    const ids = Array.from({ length: 5000 }, (_, index) => `'${`${index}`.padStart(32, '0')}'`);
    const filter = `attributes.run_id IN (${ids.join(', ')})`;
    expect(parseFilter('runs', filter)).toMatchObject({ kind: 'in' });
  });

  it('accepts 100 orders, and refuses more, in one text or in several', () => {
    const keys = Array.from({ length: 101 }, (_, index) => `metrics.m${index}`);
    expect(parseOrderBy(RUN_TARGET, keys.slice(1))).toHaveLength(100);
    expect(() => parseOrderBy(RUN_TARGET, keys)).toThrow(refused(/more than 100/));
    expect(() => parseOrderBy(RUN_TARGET, [keys.join(', ')])).toThrow(refused(/more than 100/));
  });
});
