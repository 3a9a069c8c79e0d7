import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../model/ids.ts';
import { anyStoreEvent } from '../testing/event-arbitraries.ts';
import { decodeEventLine, encodeEventLine } from './event-line.ts';
import { decodeMetricLine } from './metric-line.ts';
import { LATEST_STAMP_US } from './stamp.ts';
import type { StoreEvent } from './store-event.ts';

const stamp = fc.integer({ min: 0, max: LATEST_STAMP_US });
const run = fc.constantFrom(
  'a'.repeat(32),
  '0123456789abcdef'.repeat(2),
  'My-run_1',
) as fc.Arbitrary<RunId>;
const key = fc.constantFrom('loss', 'val/loss', 'x y', 'a.b:c-d_e', '7', '0', 'constructor');
const value = fc.oneof(
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    1e21,
    1e-7,
    5e-324,
    Number.MAX_VALUE,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ),
  fc.integer(),
);
const integer = fc.maxSafeInteger();
const points = fc.array(fc.tuple(integer, integer, value), { maxLength: 5 });
/** Events whose lines are all read without JSON.parse. */
const plain: fc.Arbitrary<StoreEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('metrics' as const),
    run,
    timeMs: integer,
    step: integer,
    metrics: fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true }),
  }),
  fc.tuple(run, integer, key, points, fc.boolean()).map(([id, timeMs, name, of, isTimed]) => ({
    kind: 'metric-series' as const,
    run: id,
    timeMs,
    key: name,
    steps: of.map(([step]) => step),
    ...(isTimed ? { elapsedMs: of.map(([, elapsed]) => elapsed) } : {}),
    values: of.map(([, , each]) => each),
  })),
);

/** Reads a line from its bytes, which are between other bytes. */
function decoded(line: string | Uint8Array): ReturnType<typeof decodeMetricLine> {
  const bytes = typeof line === 'string' ? new TextEncoder().encode(line) : line;
  const among = new Uint8Array(bytes.length + 6).fill(49);
  among.set(bytes, 3);
  return decodeMetricLine(among, 3, 3 + bytes.length);
}

/** Checks that reading without JSON.parse gives the same result as with it. */
function expectSame(line: string | Uint8Array): void {
  const found = decoded(line);
  if (found === undefined) return;
  const text = typeof line === 'string' ? line : new TextDecoder().decode(line);
  expect(decodeEventLine(text)).toEqual({ outcome: 'event', ...found });
}

/** The writer's line with some pieces of it replaced. */
function mutated(line: string, places: readonly number[], pieces: readonly string[]): string {
  let text = line;
  for (const [index, place] of places.entries()) {
    const at = place % (text.length + 1);
    text = text.slice(0, at) + (pieces[index] ?? '') + text.slice(at + (place % 3));
  }
  return text;
}

describe('a line of metrics read from its bytes', () => {
  it('equals the result of JSON.parse, for all numbers', () => {
    fc.assert(
      fc.property(stamp, plain, fc.boolean(), (stampUs, event, isChecked) => {
        const line = encodeEventLine(stampUs, event);
        const text = isChecked ? `${line.slice(0, -1)},"crc":4294967295}` : line;
        expect(decoded(text)).toEqual({ stampUs, event });
        expect(decodeEventLine(text)).toEqual({ outcome: 'event', stampUs, event });
      }),
      { numRuns: 1000 },
    );
  });

  it('gives an event that stays the same when later lines are read', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(stamp, plain), { maxLength: 10 }), (lines) => {
        const found = lines.map(([stampUs, event]) => decoded(encodeEventLine(stampUs, event)));
        expect(found).toEqual(lines.map(([stampUs, event]) => ({ stampUs, event })));
      }),
      { numRuns: 500 },
    );
  });

  it('is read as JSON.parse reads it, whatever a writer wrote', () => {
    fc.assert(
      fc.property(stamp, anyStoreEvent, (stampUs, event) => {
        expectSame(encodeEventLine(stampUs, event));
      }),
      { numRuns: 1000 },
    );
  });

  it('is read as JSON.parse reads it when pieces of it are replaced', () => {
    const piece = fc.constantFrom(
      ...['', '0', '00', '-', '-0', '.', '.5', 'e', 'E+2', 'e-400', '1e999', '"', '\\', '\\u0041'],
      ...['{', '}', '[', ']', ',', ':', ' ', '\t', 'null', 'true', 'NaN', '"NaN"', '"-Infinity"'],
      ...['ü', '\u2028', '\u0000', '\u007f', '12345678901234567890', '9007199254740993', '1.0'],
      ...['"step":1,', '"timeMs":1,', '"__proto__":1,', '"dataset":{"name":"a","digest":"b"},'],
      ...[',"crc":1', ',"crc":01', ',"crc":-1', '/', '//', '..'],
    );
    fc.assert(
      fc.property(
        stamp,
        plain,
        fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 3 }),
        fc.array(piece, { minLength: 3, maxLength: 3 }),
        (stampUs, event, places, pieces) => {
          expectSame(mutated(encodeEventLine(stampUs, event), places, pieces));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('is read as JSON.parse reads it when one byte changes', () => {
    fc.assert(
      fc.property(stamp, plain, fc.nat(), fc.nat({ max: 255 }), (stampUs, event, place, byte) => {
        const bytes = new TextEncoder().encode(encodeEventLine(stampUs, event));
        bytes[place % bytes.length] = byte;
        expectSame(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('is left to JSON.parse if a list in it is incomplete', () => {
    const of = {
      kind: 'metric-series',
      run: 'a'.repeat(32) as RunId,
      timeMs: 1,
      key: 'a',
    } as const;
    const line = encodeEventLine(1, { ...of, steps: [1, 2], elapsedMs: [3, 4], values: [5, 6] });
    for (const [list, broken] of [
      ['[1,2]', '[1,2'],
      ['[1,2]', '[1,,'],
      ['[3,4]', '[3,4'],
      ['[3,4]', '[3,'],
      ['[3,4]', '[3,x]'],
      ['[5,6]', '[5,6'],
    ] as const) {
      expect(line).toContain(list);
      expect(decoded(line.replace(list, broken))).toBeUndefined();
    }
  });

  it('has every number as JSON.parse reads it', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,30})?([eE][+-]?\d{1,4})?$/);
    const id = 'a'.repeat(32);
    fc.assert(
      fc.property(digits, (number) => {
        const line = `{"at":5,"kind":"metrics","run":"${id}","step":1,"metrics":{"a":${number}}}`;
        const found = decoded(line);
        expect(found?.event).toMatchObject({ metrics: { a: JSON.parse(number) } });
      }),
      { numRuns: 5000 },
    );
  });

  it('is left to JSON.parse if it has a dataset, a model, a key that is not ASCII or another kind', () => {
    const id = 'a'.repeat(32) as RunId;
    const event = { kind: 'metrics', run: id, timeMs: 1, step: 1, metrics: { a: 1 } } as const;
    const others: StoreEvent[] = [
      { ...event, dataset: { name: 'a', digest: 'b' } },
      { ...event, model: 'm-1' as never },
      { ...event, metrics: { größe: 1 } },
      { ...event, metrics: JSON.parse('{"__proto__":1}') },
      { kind: 'params', run: id, params: { a: '1' } },
    ];
    for (const other of others) expect(decoded(encodeEventLine(1, other))).toBeUndefined();
    expect(decoded(encodeEventLine(1, event))).toEqual({ stampUs: 1, event: event });
  });
});
