import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { installPackages } from '../markdown-snippets/install-packages.ts';
import { runSnippet } from '../markdown-snippets/run-snippet.ts';

const python = process.env.TIDEMARK_PEER_PYTHON;

let installed: string | undefined;
beforeAll(async () => {
  if (python !== undefined) installed = await installPackages();
});
afterAll(() => {
  if (installed !== undefined) rmSync(installed, { recursive: true, force: true });
});

beforeEach((ctx) => {
  ctx.skip(python === undefined, 'needs TIDEMARK_PEER_PYTHON, a Python with deltalake');
});

it('delta-rs reads the table that delta-lineage writes, at each version', async () => {
  const table = temporaryTable();
  await runTypeScript(`
    import { appendToDeltaTable, createDeltaTable } from '@tidemark/delta-lineage';
    import { tableFromArrays, vectorFromArray, Bool } from 'apache-arrow';

    const path = ${JSON.stringify(table)};
    await createDeltaTable(path, tableFromArrays({
      island: ['Biscoe', 'Dream', null],
      mass: Float64Array.from([3750.5, 5000, 1e300]),
      count: BigInt64Array.from([1n, -2n, 9007199254740993n]),
      male: vectorFromArray([true, null, false], new Bool()),
    }));
    await appendToDeltaTable(path, tableFromArrays({
      island: ['Torgersen'],
      mass: Float64Array.from([0.1]),
      count: BigInt64Array.from([4n]),
      male: vectorFromArray([true], new Bool()),
    }));
  `);

  const first = [
    { island: 'Biscoe', mass: 3750.5, count: '1', male: true },
    { island: 'Dream', mass: 5000, count: '-2', male: null },
    { island: null, mass: 1e300, count: '9007199254740993', male: false },
  ];
  expect(
    runPython(
      `
import json, sys
from deltalake import DeltaTable

def rows(version):
    rows = DeltaTable(sys.argv[1], version=version).to_pyarrow_table().to_pylist()
    return [{**row, "count": str(row["count"])} for row in rows]

print(json.dumps([rows(0), sorted(rows(1), key=lambda row: row["mass"])]))
`,
      table,
    ),
  ).toEqual([first, [{ island: 'Torgersen', mass: 0.1, count: '4', male: true }, ...first]]);
});

it('delta-lineage reads the table that delta-rs writes, partitioned, appended, deleted from and with a checkpoint', async () => {
  const table = temporaryTable();
  runPython(
    `
import datetime, sys
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

seen = datetime.datetime(2026, 11, 23, 7, 51, 22, 123456, tzinfo=datetime.timezone.utc)
rows = pa.table({
    "island": ["Biscoe", "Dream", None],
    "mass": pa.array([3750.5, None, 4000.0]),
    "count": pa.array([1, 2, 3], pa.int64()),
    "seen": pa.array([seen] * 3),
})
write_deltalake(sys.argv[1], rows, partition_by=["island"])
write_deltalake(sys.argv[1], rows.slice(0, 1), mode="append")
DeltaTable(sys.argv[1]).delete("count = 2")
DeltaTable(sys.argv[1]).create_checkpoint()
print("null")
`,
    table,
  );

  await runTypeScript(`
    import assert from 'node:assert/strict';
    import { readDeltaTable } from '@tidemark/delta-lineage';

    const countsAt = async (version: number): Promise<bigint[]> => {
      const { table } = await readDeltaTable(${JSON.stringify(table)}, { version });
      return [...table.getChild('count')!].sort();
    };
    assert.deepEqual(await countsAt(0), [1n, 2n, 3n]);
    assert.deepEqual(await countsAt(1), [1n, 1n, 2n, 3n]);
    assert.deepEqual(await countsAt(2), [1n, 1n, 3n]);

    const { table } = await readDeltaTable(${JSON.stringify(table)});
    const rows = [...table].map((row) => row.toJSON()).filter((row) => row.count === 3n);
    assert.equal(rows.length, 1);
    assert.equal(rows[0].island, null);
    assert.equal(rows[0].mass, 4000);
    assert.equal(table.schema.fields.find((field) => field.name === 'seen')?.type.toString(), 'Timestamp<MICROSECOND, UTC>');
  `);
});

function temporaryTable(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-peer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'table');
}

/**
 * Ends the process at once, after all output. A normal exit of the interpreter sometimes aborts while threads of pyarrow
 * or delta-rs run ("terminate called without an active exception").
 */
const END = '\nimport os\nsys.stdout.flush()\nos._exit(0)\n';

/** Runs a program that imports sys and prints JSON, with the table's path as its argument. */
function runPython(program: string, table: string): unknown {
  const argv = ['-c', `${program}${END}`, table];
  const printed = execFileSync(python ?? '', argv, { encoding: 'utf8' });
  return JSON.parse(printed);
}

async function runTypeScript(program: string): Promise<void> {
  const { exitCode, output } = await runSnippet(program, installed ?? '');
  expect(exitCode, output).toBe(0);
}
