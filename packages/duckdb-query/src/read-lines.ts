import type { DuckDBConnection } from '@duckdb/node-api';
import type { ReadableLog } from '@tidemark/core/node';

/** The table into which lines of metrics are read. */
export const LINES_TABLE = 'metric_lines';

/** One row for each metric of each line. A point without a time was logged when it was stamped. */
export const POINTS_OF_LINES: string = `
  SELECT
    run AS run_id,
    unnest(map_keys(metrics)) AS key,
    unnest(map_values(metrics)) + 0 AS value,
    step,
    make_timestamptz(coalesce("timeMs", "at" // 1000) * 1000) AS timestamp,
    nullif(dataset.name, '') AS dataset_name,
    nullif(dataset.digest, '') AS dataset_digest,
    model AS model_id
  FROM ${LINES_TABLE}`;

/** The bounds of one line: DuckDB's own, and, for a log that has a longer one, a string's in JavaScript. */
const LONGEST_LINE_BYTES = [16 * 1024 * 1024, 512 * 1024 * 1024] as const;

/**
 * Reads the lines of metrics, in one pass over the files, and gives the logs that have to be read the
 * slow and exact way (their lines are taken out again): those with a tail that does not count, and
 * those with a line that DuckDB could not take as the fold would: not JSON for it, a field missing or
 * of another type, a number out of range.
 */
export async function readLines(
  connection: DuckDBConnection,
  logs: readonly ReadableLog[],
): Promise<readonly string[]> {
  const doubtful = new Set(
    logs.filter(({ endsWithNewline }) => !endsWithNewline).map(({ path }) => path),
  );
  const whole = logs.map(({ path }) => path).filter((path) => !doubtful.has(path));
  if (logs.length === 0) return [];
  await createLines(connection, whole);
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT filename FROM ${LINES_TABLE} WHERE NOT sound`,
  );
  for (const [path] of found.getRows()) doubtful.add(String(path));
  await connection.run(
    `DELETE FROM ${LINES_TABLE} WHERE filename IN (SELECT filename FROM ${LINES_TABLE} WHERE NOT sound)`,
  );
  return [...doubtful];
}

async function createLines(connection: DuckDBConnection, paths: readonly string[]): Promise<void> {
  const [usual, longest] = LONGEST_LINE_BYTES;
  try {
    await connection.run(linesSql(paths, usual));
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('maximum_object_size'))) throw error;
    await connection.run(linesSql(paths, longest));
  }
}

function linesSql(paths: readonly string[], longestLineBytes: number): string {
  const columns = `{
    "at": 'BIGINT', kind: 'VARCHAR', run: 'VARCHAR', "timeMs": 'BIGINT', step: 'BIGINT',
    metrics: 'MAP(VARCHAR, DOUBLE)', dataset: 'STRUCT(name VARCHAR, digest VARCHAR)', model: 'VARCHAR'
  }`;
  const files =
    paths.length === 0
      ? // No file at all: the same columns, and no row.
        `(SELECT NULL::BIGINT AS "at", NULL::VARCHAR AS kind, NULL::VARCHAR AS run, NULL::BIGINT AS "timeMs",
           NULL::BIGINT AS step, NULL::MAP(VARCHAR, DOUBLE) AS metrics,
           NULL::STRUCT(name VARCHAR, digest VARCHAR) AS dataset, NULL::VARCHAR AS model,
           NULL::VARCHAR AS filename WHERE false)`
      : `read_json([${paths.map(pathLiteral).join(', ')}], format = 'newline_delimited',
           ignore_errors = true, filename = true, maximum_object_size = ${longestLineBytes}, columns = ${columns})`;
  return `
    CREATE OR REPLACE TABLE ${LINES_TABLE} AS
      SELECT run, "at", "timeMs", step, metrics, dataset, model, filename, ${SOUND} AS sound
      FROM ${files} WHERE kind = 'metrics' OR "at" IS NULL`;
}

const SAFE = `BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}`;

/** Whether a line came through whole. A line that is not JSON for DuckDB is a row of NULLs. */
const SOUND = `
  coalesce(
    "at" BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}
      AND run IS NOT NULL
      AND step ${SAFE}
      AND ("timeMs" IS NULL OR "timeMs" ${SAFE})
      AND list_count(map_values(metrics)) = cardinality(metrics)
      AND (dataset IS NULL OR (dataset.name IS NOT NULL AND dataset.digest IS NOT NULL))
      AND (model IS NULL OR regexp_full_match(model, 'm-[\\w-]{1,64}')),
    false
  )`;

/** A path as a literal that no character of it makes a pattern. */
function pathLiteral(path: string): string {
  const plain = path.replace(/[[*?]/g, (character) => `[${character}]`);
  return `'${plain.replaceAll("'", "''")}'`;
}
