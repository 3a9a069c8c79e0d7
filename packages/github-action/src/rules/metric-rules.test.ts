import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricReading } from '../evidence/read-metric.ts';
import { judgeImprovement } from './metric-improvement.ts';
import type { Margin, MetricPolicy } from './metric-policy.ts';
import { judgeRegression } from './metric-regression.ts';
import { judgeThreshold } from './metric-threshold.ts';
import type { RuleStatus } from './rule-result.ts';

type Direction = MetricPolicy['direction'];

const value = (of: number): MetricReading => ({ kind: 'value', value: of });
const absolute = (amount: number): Margin => ({ kind: 'absolute', amount });
const relative = (amount: number): Margin => ({ kind: 'relative', amount });

function threshold(direction: Direction, candidate: number, bound: number): RuleStatus {
  return judgeThreshold({ name: 'm', direction }, bound, value(candidate), 'fail').status;
}

function compared(
  judge: typeof judgeRegression,
  direction: Direction,
  candidate: number,
  baseline: number,
  margin: Margin,
): RuleStatus {
  const comparison = { kind: 'with', reading: value(baseline) } as const;
  const metric = { name: 'm', direction };
  return judge({ metric, margin, candidate: value(candidate), comparison, onMissing: 'fail' })
    .status;
}

const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
const margin = fc.oneof(
  fc.double({ noNaN: true, min: 0, max: 1e6 }).map(absolute),
  fc.double({ noNaN: true, min: 0, max: 1 }).map(relative),
);
const judges = fc.constantFrom(judgeRegression, judgeImprovement);

describe('a threshold', () => {
  it('passes a value that is at least as good', () => {
    expect(threshold('higher', 0.8, 0.8)).toBe('pass');
    expect(threshold('higher', 0.79, 0.8)).toBe('fail');
    expect(threshold('lower', 0.2, 0.3)).toBe('pass');
    expect(threshold('lower', 0.31, 0.3)).toBe('fail');
  });

  it('ignores rounding errors of binary fractions, and nothing larger, however small the numbers are', () => {
    expect(threshold('lower', 0.1 + 0.2, 0.3)).toBe('pass');
    expect(threshold('lower', 2e-10, 1e-10)).toBe('fail');
    expect(threshold('higher', 0, 1e-300)).toBe('fail');
  });

  it('passes every value that is better than one that passes', () => {
    fc.assert(
      fc.property(number, number, number, (bound, one, other) => {
        if (threshold('higher', Math.min(one, other), bound) === 'pass') {
          expect(threshold('higher', Math.max(one, other), bound)).toBe('pass');
        }
      }),
    );
  });
});

describe('a comparison', () => {
  it('gives the same result for negated values with the other direction', () => {
    fc.assert(
      fc.property(judges, number, number, margin, (judge, candidate, baseline, allowed) => {
        expect(compared(judge, 'lower', -candidate, -baseline, allowed)).toBe(
          compared(judge, 'higher', candidate, baseline, allowed),
        );
      }),
    );
  });

  it('passes every value that is better than one that passes', () => {
    fc.assert(
      fc.property(
        judges,
        number,
        number,
        number,
        margin,
        (judge, one, other, baseline, allowed) => {
          if (compared(judge, 'higher', Math.min(one, other), baseline, allowed) === 'pass') {
            expect(compared(judge, 'higher', Math.max(one, other), baseline, allowed)).toBe('pass');
          }
        },
      ),
    );
  });

  it('that passes as an improvement also passes as no regression', () => {
    fc.assert(
      fc.property(number, number, margin, (candidate, baseline, amount) => {
        if (compared(judgeImprovement, 'higher', candidate, baseline, amount) === 'pass') {
          expect(compared(judgeRegression, 'higher', candidate, baseline, amount)).toBe('pass');
        }
      }),
    );
  });

  it('with a relative margin uses the magnitude of the baseline', () => {
    expect(compared(judgeRegression, 'higher', -20, -10, relative(0.1))).toBe('fail');
    expect(compared(judgeRegression, 'higher', -11, -10, relative(0.1))).toBe('pass');
    expect(compared(judgeRegression, 'higher', -5, -10, relative(0.1))).toBe('pass');
    expect(compared(judgeImprovement, 'higher', -9, -10, relative(0.1))).toBe('pass');
    expect(compared(judgeImprovement, 'higher', -10, -10, relative(0.1))).toBe('fail');
  });

  it('that requires an improvement fails without one, however small the margin', () => {
    fc.assert(
      fc.property(number, margin, (baseline, asked) => {
        fc.pre(asked.amount > 0);
        expect(compared(judgeImprovement, 'higher', baseline, baseline, asked)).toBe('fail');
      }),
    );
    expect(compared(judgeImprovement, 'higher', 0, 0, relative(0.5))).toBe('fail');
    expect(compared(judgeImprovement, 'higher', 0.1, 0, relative(0.5))).toBe('pass');
    expect(compared(judgeImprovement, 'higher', 0.7, 0.7, absolute(0))).toBe('pass');
  });

  it('ignores rounding errors of binary fractions', () => {
    expect(compared(judgeRegression, 'higher', 0.2, 0.3, absolute(0.1))).toBe('pass');
    expect(compared(judgeImprovement, 'higher', 0.3, 0.2, absolute(0.1))).toBe('pass');
  });

  it('with an infinite bound fails', () => {
    const most = Number.MAX_VALUE;
    expect(compared(judgeRegression, 'lower', most, most, relative(1))).toBe('fail');
  });
});

describe('a metric without a value', () => {
  const missing: MetricReading = { kind: 'missing', reason: 'no run logged it' };
  const unusable: MetricReading = { kind: 'unusable', reason: 'it is NaN' };
  const metric: MetricPolicy = { name: 'm', direction: 'higher' };

  it.each([
    [missing, 'fail', 'fail'],
    [missing, 'skip', 'skipped'],
    [unusable, 'fail', 'fail'],
    [unusable, 'skip', 'fail'],
  ] as const)('%j with on_missing %s has the status %s', (reading, onMissing, status) => {
    expect(judgeThreshold(metric, 0, reading, onMissing).status).toBe(status);
    for (const judge of [judgeRegression, judgeImprovement]) {
      const input = { metric, margin: absolute(1), onMissing };
      const ofCandidate = { candidate: reading, comparison: { kind: 'with', reading: value(1) } };
      const ofBaseline = { candidate: value(1), comparison: { kind: 'with', reading } };
      for (const side of [ofCandidate, ofBaseline] as const) {
        const comparison = { kind: 'with', reading: side.comparison.reading } as const;
        expect(judge({ ...input, candidate: side.candidate, comparison }).status).toBe(status);
      }
    }
  });

  it('fails when the other side is unusable, whatever the policy says about missing values', () => {
    const comparison = { kind: 'with', reading: unusable } as const;
    const input = { metric, margin: absolute(1), candidate: missing, onMissing: 'skip' } as const;
    expect(judgeRegression({ ...input, comparison }).status).toBe('fail');
  });
});
