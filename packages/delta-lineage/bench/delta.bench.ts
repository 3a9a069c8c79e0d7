import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeVector, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { sqlString, withDuckdb } from '../src/duckdb/duckdb-session.ts';
import { createDeltaTable, openDeltaSnapshot, readDeltaTable } from '../src/index.ts';
import { commitName } from '../src/write/put-commit.ts';

const LOG_FILES = 300_000;
const ROWS = 5_000_000;
const REPEATS = 3;

/**
 * Measures reads and writes as ratios to a lower bound: log replay to parsing the JSON of the log, a scan
 * into Arrow to a DuckDB query that aggregates the same file to one row.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'delta-bench-'));
  try {
    await benchReplay(join(folder, 'log'));
    await benchScan(join(folder, 'table'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function benchReplay(path: string): Promise<void> {
  const actions: unknown[] = [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: 'bench',
        format: { provider: 'parquet', options: {} },
        schemaString: '{"type":"struct","fields":[]}',
        partitionColumns: [],
        configuration: {},
      },
    },
  ];
  for (let file = 0; file < LOG_FILES; file += 1) {
    const add = {
      path: `part-${String(file).padStart(5, '0')}-0a1b2c3d-c000.snappy.parquet`,
      partitionValues: {},
      size: 1000 + file,
      modificationTime: file,
      dataChange: true,
      stats: `{"numRecords":${file}}`,
    };
    actions.push({ add });
  }
  const lines = actions.map((action) => JSON.stringify(action));
  await mkdir(join(path, '_delta_log'), { recursive: true });
  await writeFile(join(path, '_delta_log', commitName(0)), lines.join('\n'));
  const parse = await fastestMs(() => lines.map((line): unknown => JSON.parse(line)));
  const replay = await fastestMs(() => openDeltaSnapshot(path));
  report(`replay of ${LOG_FILES} live files`, replay, 'JSON.parse of the log', parse);
}

async function benchScan(path: string): Promise<void> {
  const numbers = Float64Array.from({ length: ROWS }, (_, row) => row / 7);
  const texts = vectorFromArray(
    Array.from({ length: ROWS / 100 }, (_, row) => `a text of some length, ${row}`),
    new Utf8(),
  );
  const table = new Table({
    number: makeVector(numbers),
    id: makeVector(Int32Array.from(numbers.keys())),
    text: makeVector(Array.from({ length: 100 }, () => texts.data).flat()),
  });
  const write = await fastestMs(async () => {
    await rm(path, { recursive: true, force: true });
    await createDeltaTable(path, table);
  });
  const { files } = await openDeltaSnapshot(path);
  const data = join(path, files[0]?.path ?? '');
  const scan = await fastestMs(() =>
    withDuckdb(async (session) =>
      (await session.connect()).run(
        `SELECT sum(number), sum(id), sum(strlen(text)) FROM read_parquet(${sqlString(data)})`,
      ),
    ),
  );
  const read = await fastestMs(() => readDeltaTable(path, { record: false }));
  report(`read of ${ROWS} rows into Arrow`, read, 'DuckDB summing the same columns', scan);
  report(`write of ${ROWS} rows from Arrow`, write, 'the same', scan);
}

async function fastestMs(body: () => unknown): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const start = performance.now();
    await body();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}

function report(what: string, timeMs: number, baseline: string, baselineMs: number): void {
  console.log(
    `${what}: ${timeMs.toFixed(0)} ms, ${(timeMs / baselineMs).toFixed(1)} times ${baseline} (${baselineMs.toFixed(0)} ms)`,
  );
}

await main();
