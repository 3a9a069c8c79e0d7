import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { planSlices } from './file-slices.ts';
import { lakeTable } from './lake-tables.ts';

const MEGABYTE = 1024 * 1024;
/** 40 runs of two experiments, with one point more in each than in the one before. */
const RELATION = `(
  SELECT (run % 2)::VARCHAR AS experiment_id, lpad(run::VARCHAR, 2, '0') AS run_id, 'loss' AS key, step,
    to_timestamp(0) AS timestamp
  FROM range(40) AS runs(run), range(40) AS steps(step) WHERE step <= run ORDER BY hash((run, step)))`;

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function rowsOf(sql: string): Promise<string[]> {
  const found = await connection.runAndReadAll(sql);
  return found.getRows().map((row) => row.map(String).join(' '));
}

it('divides rows over files of about the same size at the borders of runs, in order', async () => {
  const slices = await planSlices(connection, lakeTable('metrics'), {
    relation: RELATION,
    bytes: 512 * MEGABYTE,
  });
  expect(slices).toHaveLength(4);
  const files = await Promise.all(slices.map((slice) => rowsOf(`FROM ${slice}`)));
  const all = await rowsOf(
    `FROM (SELECT * FROM ${RELATION} ORDER BY experiment_id, run_id, key, step, timestamp)`,
  );
  expect(files.flat()).toEqual(all);
  const runs = files.map((rows) => new Set(rows.map((row) => row.slice(0, 4))));
  expect(runs.reduce((sum, { size }) => sum + size, 0)).toBe(40);
  for (const rows of files) expect(Math.abs(rows.length - all.length / 4)).toBeLessThan(41);
});

it('leaves few rows in one file', async () => {
  const slices = await planSlices(connection, lakeTable('metrics'), {
    relation: RELATION,
    bytes: 100 * MEGABYTE,
  });
  expect(slices).toHaveLength(1);
});
