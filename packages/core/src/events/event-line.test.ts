import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../model/ids.ts';
import { anyStoreEvent } from '../testing/event-arbitraries.ts';
import { decodeEventLine, encodeEventLine } from './event-line.ts';
import { LATEST_STAMP_US } from './stamp.ts';

const stamp = fc.integer({ min: 0, max: LATEST_STAMP_US });

describe('a log line', () => {
  it('decodes to the event and the stamp that were encoded', () => {
    fc.assert(
      fc.property(stamp, anyStoreEvent, (stampUs, event) => {
        const line = encodeEventLine(stampUs, event);
        expect(line).not.toContain('\n');
        expect(decodeEventLine(line)).toEqual({ outcome: 'event', stampUs, event });
      }),
    );
  });

  it('of arbitrary text is reported as damaged, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(decodeEventLine(text).outcome).toBe('damaged');
      }),
    );
  });

  it('is damaged if any one field has a wrong value', () => {
    fc.assert(
      fc.property(anyStoreEvent, fc.nat(), (event, pick) => {
        const line = JSON.parse(encodeEventLine(5, event)) as Record<string, unknown>;
        const keys = Object.keys(line);
        const key = keys[pick % keys.length] as string;
        line[key] = [{}];
        expect(decodeEventLine(JSON.stringify(line)).outcome).toBe('damaged');
      }),
    );
  });

  it('of an unknown kind is not reported as damaged', () => {
    expect(decodeEventLine('{"at":5,"kind":"hologram","run":"x"}')).toEqual({
      outcome: 'unknown-kind',
      stampUs: 5,
      kind: 'hologram',
    });
  });

  it('leaves out the time of the event if the stamp has the same', () => {
    const run = 'a'.repeat(32) as RunId;
    const event = { kind: 'metrics', run, timeMs: 1_700_000_000_000, step: 3 } as const;
    const metrics = { loss: 0.5, gap: Number.NaN, zero: -0 };
    expect(encodeEventLine(1_700_000_000_000_007, { ...event, metrics })).toBe(
      `{"at":1700000000000007,"kind":"metrics","run":"${run}","step":3,"metrics":{"loss":0.5,"gap":"NaN","zero":-0}}`,
    );
  });
});
