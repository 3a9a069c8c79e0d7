import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  Bool,
  DateDay,
  Decimal,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Struct,
  Table,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendToDeltaTable, createDeltaTable, readDeltaTable } from './index.ts';

const python = process.env.TIDEMARK_PEER_PYTHON;
const missing = missingPeer();

// Prints a version of a table as delta-rs reads it, and for each value the number of rows that match it.
const READ = `
import json, sys
from deltalake import DeltaTable
from pyarrow import compute
table = DeltaTable(sys.argv[1], version=int(sys.argv[2]))
rows = table.to_pyarrow_table().sort_by("id")
dataset = table.to_pyarrow_dataset()
found = {}
for name in json.loads(sys.argv[3]):
    value = rows[name][len(rows) - 1]
    found[name] = dataset.count_rows(filter=compute.field(name) == value)
print(json.dumps({"version": table.version(), "rows": rows.to_pylist(), "found": found}, default=str))
`;

// Writes a table with partitions, rewritten files, a checkpoint and timestamps without a zone.
const WRITE = `
import datetime, sys
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
day = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456)
rows = pa.table({
    "id": pa.array(range(20)),
    "part": pa.array([None if i % 4 == 0 else f"a b/{i % 4}=%20" for i in range(20)]),
    "wall": pa.array([day] * 20, pa.timestamp("us")),
    "pairs": pa.array([[("k", i)] for i in range(20)], pa.map_(pa.string(), pa.int32())),
})
write_deltalake(sys.argv[1], rows, partition_by=["part"])
table = DeltaTable(sys.argv[1])
table.delete("id % 3 = 0")
table.create_checkpoint()
write_deltalake(sys.argv[1], rows.take(pa.array([0])), mode="append")
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'delta-peer-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('delta-rs (needs TIDEMARK_PEER_PYTHON, a Python with deltalake)', () => {
  it.skipIf(missing !== undefined)('reads what Tidemark writes, statistics included', async () => {
    const count = 50;
    const column = (value: (row: number) => unknown): unknown[] =>
      Array.from({ length: count }, (_, row) => value(row));
    const table = new Table({
      id: vectorFromArray(column(BigInt), new Int64()),
      text: vectorFromArray(
        column((row) => (row % 5 === 1 ? null : `ü${'x'.repeat(row)}`)),
        new Utf8(),
      ),
      number: vectorFromArray(
        column((row) => row / 7),
        new Float64(),
      ),
      amount: vectorFromArray(
        column((row) => Uint32Array.of(row, 0, 0, 0)),
        new Decimal(2, 12, 128),
      ),
      day: vectorFromArray(
        column((row) => new Date(row * 86_400_000)),
        new DateDay(),
      ),
      instant: vectorFromArray(
        column((row) => row * 1e9),
        new TimestampMicrosecond('UTC'),
      ),
      flag: vectorFromArray(
        column((row) => row % 2 === 0),
        new Bool(),
      ),
      nested: vectorFromArray(
        column((row) => (row % 3 === 0 ? null : { list: [row, null] })),
        new Struct([new Field('list', new List(new Field('element', new Int32(), true)), true)]),
      ),
      part: vectorFromArray(
        column((row) => [null, 'a b/c=%20', 'é"\'\n'][row % 3]),
        new Utf8(),
      ),
    });
    const path = join(folder, 'ours');
    await createDeltaTable(path, table.slice(0, 20), { partitionBy: ['part', 'flag'] });
    await appendToDeltaTable(path, table.slice(20));
    const names = ['id', 'number', 'amount', 'day', 'instant', 'flag', 'part'];
    const [first, second] = [
      await runPython(READ, path, '0', JSON.stringify(names)),
      await runPython(READ, path, '1', JSON.stringify(names)),
    ];
    expect(JSON.parse(first)).toMatchObject({ version: 0 });
    expect(JSON.parse(first).rows.length).toBe(20);
    const { rows, found } = JSON.parse(second);
    expect(rows.length).toBe(count);
    expect(rows[1]).toEqual({
      id: 1,
      text: null,
      number: 1 / 7,
      amount: '0.01',
      day: '1970-01-02',
      instant: '1970-01-12 13:46:40+00:00',
      flag: false,
      nested: { list: [1, null] },
      part: 'a b/c=%20',
    });
    expect(rows.map((row: { part: unknown }) => row.part)).toEqual([
      ...(table.getChild('part') ?? []),
    ]);
    expect(found).toEqual({
      id: 1,
      number: 1,
      amount: 1,
      day: 1,
      instant: 1,
      flag: 25,
      part: 17,
    });
  });

  it.skipIf(missing !== undefined)('writes what Tidemark reads', async () => {
    const path = join(folder, 'theirs');
    await runPython(WRITE, path);
    const { table, snapshot } = await readDeltaTable(path, { record: false });
    expect(snapshot.version).toBe(2);
    const byId = table.toArray().sort((a, b) => Number(a?.id) - Number(b?.id));
    const ids = Array.from({ length: 20 }, (_, id) => id).filter((id) => id === 0 || id % 3 !== 0);
    expect(byId.map((row) => Number(row?.id))).toEqual(ids);
    expect(byId.map((row) => row?.part)).toEqual(
      ids.map((id) => (id % 4 === 0 ? null : `a b/${id % 4}=%20`)),
    );
    expect(String(table.schema.fields[2]?.type)).toBe('Timestamp<MICROSECOND>');
    expect(byId.at(-1)?.wall).toBeCloseTo(Date.UTC(2024, 1, 29, 12, 30, 15, 123), -1);
    expect(String(byId.at(-1)?.pairs)).toBe('{"k": 19}');
    expect((await readDeltaTable(path, { version: 0, record: false })).table.numRows).toBe(20);
  });
});

async function runPython(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(python ?? '', ['-c', program, ...args]);
  return stdout;
}

function missingPeer(): string | undefined {
  if (python === undefined) return 'TIDEMARK_PEER_PYTHON names no Python';
  try {
    execFileSync(python, ['-c', 'import deltalake, pyarrow'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'the Python of TIDEMARK_PEER_PYTHON has no deltalake and pyarrow';
  }
}
