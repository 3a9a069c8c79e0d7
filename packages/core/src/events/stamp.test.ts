import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEventOrder, FARTHEST_AHEAD_US, HybridClock, LATEST_STAMP_US } from './stamp.ts';

describe('HybridClock', () => {
  it('always grows, whatever the wall clock does, and is above every stamp that it has seen', () => {
    const moves = fc.array(
      fc.oneof(
        fc.record({ clockMs: fc.integer({ min: 0, max: 10_000 }) }),
        fc.record({ seenUs: fc.integer({ min: 0, max: 20_000_000 }) }),
      ),
    );
    fc.assert(
      fc.property(moves, (steps) => {
        let nowMs = 0;
        let highest = -1;
        const clock = new HybridClock(() => nowMs);
        for (const step of steps) {
          if ('clockMs' in step) nowMs = step.clockMs;
          else {
            clock.observe(step.seenUs);
            highest = Math.max(highest, step.seenUs);
          }
          const stampUs = clock.next();
          expect(stampUs).toBeGreaterThan(highest);
          expect(stampUs).toBeGreaterThanOrEqual(nowMs * 1000);
          highest = stampUs;
        }
      }),
    );
  });
});

describe('a stamp', () => {
  it('too far ahead is neither taken over from others nor given', () => {
    const clock = new HybridClock(() => 1000);
    clock.observe(Number.MAX_SAFE_INTEGER);
    expect(clock.next()).toBe(1_000_000);
    clock.observe(LATEST_STAMP_US);
    expect(clock.next()).toBe(1_000_001);
    clock.observe(1_000_000 + FARTHEST_AHEAD_US);
    expect(clock.next()).toBe(1_000_001 + FARTHEST_AHEAD_US);
    const late = new HybridClock(() => LATEST_STAMP_US / 1000 + 1);
    expect(() => late.next()).toThrow(expect.objectContaining({ code: 'WRITE_FAILED' }));
  });
});

describe('the order of events', () => {
  it('is by stamp, then writer, then position', () => {
    const order = [
      { stampUs: 1, writer: 'b', position: 9 },
      { stampUs: 2, writer: 'a', position: 5 },
      { stampUs: 2, writer: 'b', position: 1 },
      { stampUs: 2, writer: 'b', position: 2 },
    ];
    expect([...order].reverse().sort(compareEventOrder)).toEqual(order);
  });
});
