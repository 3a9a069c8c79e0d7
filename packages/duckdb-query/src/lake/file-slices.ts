import type { DuckDBConnection } from '@duckdb/node-api';
import { textLiteral } from '../duckdb/sql-literal.ts';
import type { LakeTable } from './lake-tables.ts';

/** The size of files to aim at. Engines read files of 64 to 256 MB best. */
const TARGET_BYTES = 128 * 1024 * 1024;
/** A file may be this much larger before its rows are distributed over several. */
const TOLERANCE = 1.5;

/** The rows of one or more files, and about how many bytes they will take. */
export interface RowsToSlice {
  readonly relation: string;
  readonly bytes: number;
}

/**
 * Divides sorted rows over files of a good size, at the borders of runs. Returns SQL with the rows of each file, in
 * order. A run is never divided.
 */
export async function planSlices(
  connection: DuckDBConnection,
  { order }: LakeTable,
  { relation, bytes }: RowsToSlice,
): Promise<string[]> {
  const sorted = (rows: string): string => `(${rows} ORDER BY ${order.join(', ')})`;
  const files = Math.round(bytes / TARGET_BYTES);
  if (bytes < TARGET_BYTES * TOLERANCE || !order.includes('run_id')) {
    return [sorted(`SELECT * FROM ${relation}`)];
  }
  const found = await connection.runAndReadAll(`
    WITH counted AS (
      SELECT experiment_id, run_id, count(*) AS points FROM ${relation} GROUP BY ALL
    ), placed AS (
      SELECT *, sum(points) OVER (ORDER BY experiment_id, run_id) - points AS before FROM counted
    ), sliced AS (
      SELECT *, floor(before * ${files} / (SELECT sum(points) FROM counted)) AS slice FROM placed
    )
    SELECT arg_min(experiment_id, (experiment_id, run_id)), arg_min(run_id, (experiment_id, run_id))
    FROM sliced GROUP BY slice ORDER BY slice`);
  const starts = found
    .getRows()
    .map(([experiment, run]) => fromRun(String(experiment), String(run)));
  return starts.map((start, place) => {
    const end = starts[place + 1];
    const until = end === undefined ? '' : ` AND NOT ${end}`;
    return sorted(`SELECT * FROM ${relation} WHERE ${start}${until}`);
  });
}

/** Whether a row is of this run, or of one that comes after it. */
function fromRun(experiment: string, run: string): string {
  const [experimentId, runId] = [textLiteral(experiment), textLiteral(run)];
  return `(experiment_id > ${experimentId} OR (experiment_id = ${experimentId} AND run_id >= ${runId}))`;
}
