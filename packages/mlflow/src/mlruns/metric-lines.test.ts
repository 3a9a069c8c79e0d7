import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseMetricLines } from './metric-lines.ts';
import { Unreadable } from './unreadable.ts';

const point = fc.record(
  {
    timestampMs: fc.integer({ min: 0, max: 4e12 }),
    value: fc.double(),
    step: fc.maxSafeInteger(),
    dataset: fc.record({
      // A name with spaces makes a line that MLflow's own reader refuses.
      name: fc.stringMatching(/^[a-z]{1,5}( [a-z]{1,5}){0,2}$/),
      digest: fc.stringMatching(/^[0-9a-f]{8}$/),
    }),
  },
  { requiredKeys: ['timestampMs', 'value', 'step'] },
);

/** Formats a number like Python's str(float). */
function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

it('every point that MLflow writes is parsed, with its own step', () => {
  fc.assert(
    fc.property(fc.array(point), fc.boolean(), (points, ofModel) => {
      const runId = 'a'.repeat(32);
      const text = points
        .map(({ timestampMs, value, step, dataset }) => {
          const fields = [timestampMs, pythonNumber(value), step];
          const owner = ofModel ? [runId] : [];
          const data = dataset === undefined ? [] : [dataset.name, dataset.digest];
          return `${[...fields, ...owner, ...data].join(' ')}\n`;
        })
        .join('');
      expect(parseMetricLines(text, 'metrics/loss', ofModel ? 'model' : 'run')).toEqual(
        points.map((one) => (ofModel ? { ...one, runId } : one)),
      );
    }),
  );
});

it('a line without a step, from the first versions of MLflow, has step 0', () => {
  expect(parseMetricLines('5 0.5\n', 'm', 'run')).toEqual([
    { timestampMs: 5, value: 0.5, step: 0 },
  ]);
});

it('a complete last line without a newline is accepted', () => {
  expect(parseMetricLines('5 0.5 1\r\n6 Infinity 2', 'm', 'run')).toHaveLength(2);
});

it.each([
  ['garbage\n'],
  ['5 0.5 1 name\n'],
  ['5 0.5 1.5\n'],
  ['5 half 1\n'],
  ['-5 0.5 1\n'],
  ['5 0.5 9007199254740993\n'],
  ['5  0.5 1\n'],
  // Torn while it was written: perhaps from "5 0.512 3".
  ['4 1 1\n5 0.5'],
])('%j is refused with the number of its line', (text) => {
  expect(() => parseMetricLines(text, 'metrics/m', 'run')).toThrow(Unreadable);
  expect(() => parseMetricLines(text, 'metrics/m', 'run')).toThrow(/^Line \d/);
});

// An ambiguous pattern would try every split of the digits, for hours.
it('a long value that is nearly a number is refused in one pass', () => {
  const text = `5 ${'1'.repeat(1_000_000)}x 1\n`;
  expect(() => parseMetricLines(text, 'metrics/m', 'run')).toThrow(Unreadable);
});
