import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Map_,
  Struct,
  Table,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendToDeltaTable, createDeltaTable, readDeltaTable } from '../index.ts';

let folder: string;
let tables = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'delta-round-trip-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A type, its values as a builder accepts them, and the form in which one is read back. */
interface Kind {
  readonly type: DataType;
  readonly value: fc.Arbitrary<unknown>;
}

const int = (bits: number): fc.Arbitrary<number> =>
  fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', minLength: 13, maxLength: 80 }),
);
const DAY_MS = 86_400_000;

const scalars: readonly Kind[] = [
  { type: new Bool(), value: fc.boolean() },
  { type: new Int8(), value: int(8) },
  { type: new Int16(), value: int(16) },
  { type: new Int32(), value: int(32) },
  { type: new Int64(), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { type: new Float32(), value: fc.float() },
  { type: new Float64(), value: fc.double() },
  { type: new Utf8(), value: text },
  { type: new Binary(), value: fc.uint8Array({ maxLength: 40 }) },
  {
    type: new DateDay(),
    value: fc.integer({ min: -700_000, max: 2_900_000 }).map((d) => new Date(d * DAY_MS)),
  },
  { type: new TimestampMicrosecond('UTC'), value: fc.integer({ min: -6e13, max: 2e14 }) },
  ...[3, 4, 9, 18, 19, 38].map((precision) => decimal(precision)),
];

function decimal(precision: number): Kind {
  const limit = 10n ** BigInt(precision) - 1n;
  return {
    type: new Decimal(Math.floor(precision / 3), precision, 128),
    value: fc.bigInt({ min: -limit, max: limit }).map(twosComplement),
  };
}

/** The four 32-bit words of a decimal, lowest first. */
function twosComplement(value: bigint): Uint32Array {
  const bits = BigInt.asUintN(128, value);
  return Uint32Array.from({ length: 4 }, (_, word) =>
    Number((bits >> BigInt(32 * word)) & 0xffff_ffffn),
  );
}

const nullable = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.option(value, { nil: null, freq: 4 });

const { kind } = fc.letrec<{ kind: Kind }>((tie) => ({
  kind: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...scalars),
    tie('kind').map((element) => ({
      type: new List(new Field('element', element.type, true)),
      value: fc.array(nullable(element.value), { maxLength: 5 }),
    })),
    fc.tuple(tie('kind'), tie('kind')).map(([a, b]) => ({
      type: new Struct([new Field('a', a.type, true), new Field('b', b.type, true)]),
      value: fc.record({ a: nullable(a.value), b: nullable(b.value) }),
    })),
    tie('kind').map((value) => ({
      type: new Map_(
        new Field(
          'entries',
          new Struct<{ key: DataType; value: DataType }>([
            new Field('key', new Utf8(), false),
            new Field('value', value.type, true),
          ]),
          false,
        ),
      ),
      value: fc
        .uniqueArray(fc.string({ maxLength: 15 }), { maxLength: 4 })
        .chain((keys) =>
          fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), nullable(value.value)))),
        )
        .map((entries) => new Map(entries)),
    })),
  ),
}));

const randomTable: fc.Arbitrary<Table> = fc
  .array(kind, { minLength: 1, maxLength: 4 })
  .chain((kinds) => {
    const row = fc.tuple(...kinds.map((column) => nullable(column.value)));
    return fc.array(row, { maxLength: 12 }).map((rows) => {
      const columns = kinds.map(({ type }, index): [string, Vector] => [
        `column${index}`,
        vectorFromArray(
          rows.map((values) => values[index]),
          type,
        ),
      ]);
      return new Table(Object.fromEntries(columns));
    });
  });

describe('any Arrow table', () => {
  it('is read back from Delta unchanged, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(randomTable, fc.nat(), async (table, cut) => {
        const path = nextPath();
        const rows = table.numRows === 0 ? 0 : cut % (table.numRows + 1);
        await createDeltaTable(path, table.slice(0, rows));
        await appendToDeltaTable(path, table.slice(rows));
        const { table: read } = await readDeltaTable(path, { record: false });
        expect(read.schema.fields.map((field) => String(field.type))).toEqual(
          table.schema.fields.map((field) => String(field.type)),
        );
        expect(read.toArray().map(rowText)).toEqual(table.toArray().map(rowText));
        await rm(path, { recursive: true });
      }),
      { numRuns: 40 },
    );
  });

  it('is read back from partition folders, whatever their values', async () => {
    const values = fc.array(
      fc.tuple(
        fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })),
        // Delta, like SQL, treats 0 and -0 as one partition.
        fc.option(fc.double().map((value) => (value === 0 ? 0 : value))),
        fc.option(fc.integer({ min: -6e13, max: 2e14 })),
        fc.option(fc.boolean()),
        fc.option(fc.integer({ min: -700_000, max: 2_900_000 })),
      ),
      { minLength: 1, maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(values, async (rows) => {
        const path = nextPath();
        const column = (index: number, type: DataType): Vector =>
          vectorFromArray(
            rows.map((row) => row[index]),
            type,
          );
        const table = new Table({
          id: vectorFromArray([...rows.keys()], new Int32()),
          text: column(0, new Utf8()),
          number: column(1, new Float64()),
          instant: column(2, new TimestampMicrosecond('UTC')),
          flag: column(3, new Bool()),
          day: vectorFromArray(
            rows.map((row) => (row[4] === null ? null : new Date(row[4] * DAY_MS))),
            new DateDay(),
          ),
        });
        await createDeltaTable(path, table, {
          partitionBy: ['text', 'number', 'instant', 'flag', 'day'],
        });
        const { table: read } = await readDeltaTable(path, { record: false });
        const byId = read.toArray().sort((a, b) => a?.id - b?.id);
        expect(byId.map(rowText)).toEqual(table.toArray().map(rowText));
        await rm(path, { recursive: true });
      }),
      { numRuns: 20 },
    );
  });

  it('is read back when it is larger than DuckDB’s chunks and row groups', async () => {
    const count = 130_000;
    const ids = Int32Array.from({ length: count }, (_, i) => i);
    const table = new Table({
      id: vectorFromArray(ids),
      text: vectorFromArray(
        Array.from(ids, (i) => (i % 11 === 0 ? null : `row ${i} ${'x'.repeat(i % 40)}`)),
        new Utf8(),
      ),
      list: vectorFromArray(
        Array.from(ids, (i) => (i % 7 === 0 ? null : Array.from({ length: i % 5 }, () => i))),
        new List(new Field('element', new Int32(), true)),
      ),
    });
    const path = nextPath();
    await createDeltaTable(path, table);
    const { table: read } = await readDeltaTable(path, { record: false });
    expect(read.batches.length).toBe(1);
    expect(read.getChild('id')?.toArray()).toEqual(ids);
    for (const row of [0, 1, 2047, 2048, 122_880, count - 1]) {
      expect(rowText(read.get(row))).toBe(rowText(table.get(row)));
    }
    expect(read.getChild('text')?.nullCount).toBe(table.getChild('text')?.nullCount);
  });
});

function nextPath(): string {
  tables += 1;
  return join(folder, `table-${tables}`);
}

/** A row as text that keeps what `===` ignores: NaN, -0, bigints, bytes, 32-bit words. */
function rowText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (ArrayBuffer.isView(value)) return `<${Array.from(value as Uint8Array)}>`;
  if (typeof value !== 'object') return String(value);
  if (value instanceof Date) return value.toISOString();
  // Rows, maps and vectors are proxies, which hide their content from `in`.
  const parts = Array.isArray(value) ? value : [...(value as Iterable<unknown>)];
  return `[${parts.map(rowText)}]`;
}
