import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyProblem } from '../model/names.ts';
import { RUN_STATUSES } from '../model/run.ts';
import { anyStoreEvent } from '../testing/event-arbitraries.ts';
import { decodeEventLine, encodeEventLine } from './event-line.ts';
import { RunLine, type TextPlaces } from './run-line.ts';
import { LATEST_STAMP_US } from './stamp.ts';

const stamp = fc.integer({ min: 0, max: LATEST_STAMP_US });

/** Reads a line from its bytes, which are between other bytes, and returns what it says as the fields of its event. */
function read(line: string): { stampUs: number; event: Record<string, unknown> } | undefined {
  const bytes = Buffer.from(`###${line}###`);
  const reader = new RunLine();
  if (!reader.begin(bytes, 3, bytes.length - 3) || !reader.rest()) return undefined;
  const { kind, stampUs, runFrom, count, attributes, keys } = reader;
  const text = ({ from, to }: TextPlaces, place: number): string =>
    bytes.toString('utf8', from[place], to[place]);
  const names = Array.from({ length: count }, (_, place) => text(keys, place));
  const run = bytes.toString('utf8', runFrom, runFrom + 32);
  // The callers of the reader judge these.
  if (!/^[0-9a-f]{32}$/.test(run)) return undefined;
  if (names.some((name) => keyProblem(name) !== undefined)) return undefined;
  const values = Object.fromEntries(
    names.map((name, place) => [
      name,
      kind === 'metrics' ? reader.numbers[place] : text(reader.texts, place),
    ]),
  );
  const fields: Record<string, unknown> = { kind, run };
  if (kind === 'params' || kind === 'tags' || kind === 'metrics') fields[kind] = values;
  if (kind === 'metrics' || kind === 'run-created') fields.timeMs = reader.timeMs;
  if (kind === 'run-created') {
    fields.experiment = reader.experiment;
    fields.name = text(attributes, 0);
    fields.user = text(attributes, 1);
    if (count > 0) fields.tags = values;
  }
  if (kind === 'run-updated') {
    fields.status = RUN_STATUSES[reader.status];
    if (reader.endTimeMs !== undefined) fields.endTimeMs = reader.endTimeMs;
  }
  return { stampUs, event: fields };
}

function checked(line: string): string {
  return `${line.slice(0, -1)},"crc":4294967295}`;
}

/** Checks that a line that is read without JSON.parse says the same with it. Returns whether it is read. */
function expectSame(line: string): boolean {
  const found = read(line);
  if (found === undefined) return false;
  const decoded = decodeEventLine(line);
  expect(decoded).toMatchObject({ outcome: 'event', stampUs: found.stampUs, event: found.event });
  if (decoded.outcome !== 'event') return true;
  const { step: _, ...event } = { step: 0, ...decoded.event };
  const tags = 'tags' in event && Object.keys(event.tags ?? {}).length === 0 ? { tags: {} } : {};
  expect(event).toEqual({ ...found.event, ...tags });
  return true;
}

describe('a line of a run that is read from its bytes', () => {
  it('says what JSON.parse reads, whatever a writer wrote', () => {
    let count = 0;
    fc.assert(
      fc.property(stamp, anyStoreEvent, (stampUs, event) => {
        if (expectSame(checked(encodeEventLine(stampUs, event)))) count += 1;
      }),
      { numRuns: 3000 },
    );
    expect(count).toBeGreaterThan(50);
  });

  it('says what JSON.parse reads when pieces of it are replaced', () => {
    const piece = fc.constantFrom(
      ...[
        '',
        '0',
        '-',
        '.5',
        'e400',
        '"',
        '\\',
        '\\u0041',
        '{',
        '}',
        ',',
        ':',
        ' ',
        'null',
        'true',
      ],
      ...[
        'ü',
        '\u0000',
        '\u007f',
        '"NaN"',
        '12345678901234567890',
        ',"crc":1',
        ',"crc":01',
        'RUNNING',
      ],
      ...['"timeMs":1,', '"stage":"deleted",', '"remote":true', '"a":"1",', ',"tags":{"a":"1"}'],
    );
    fc.assert(
      fc.property(stamp, anyStoreEvent, fc.nat(), fc.nat({ max: 2 }), piece, (...drawn) => {
        const [stampUs, event, place, removed, text] = drawn;
        const line = checked(encodeEventLine(stampUs, event));
        const at = place % (line.length + 1);
        const changed = line.slice(0, at) + text + line.slice(at + removed);
        expectSame(changed);
      }),
      { numRuns: 10_000 },
    );
  });
});
