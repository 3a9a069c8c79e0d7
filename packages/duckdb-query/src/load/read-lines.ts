import type { DuckDBConnection } from '@duckdb/node-api';
import { isLogIntact, logDamage, type ReadableLog, type StoreDamage } from '@tidemark/core/node';

/** The name of the table into which lines of metrics are read. */
export const LINES_TABLE = 'metric_lines';

const SUBJECT = `
    nullif(dataset_name, '') AS dataset_name,
    nullif(dataset_digest, '') AS dataset_digest,
    model AS model_id`;

/** SQL of one row for each metric of each line, and for each point of a series. */
export const POINTS_OF_LINES: string = `
  SELECT
    run AS run_id,
    unnest(map_keys(metrics)) AS key,
    unnest(map_values(metrics)) + 0 AS value,
    step,
    make_timestamptz(time_ms * 1000) AS timestamp,
    ${SUBJECT}
  FROM ${LINES_TABLE} WHERE kind = 'metrics'
  UNION ALL BY NAME
  SELECT
    run AS run_id,
    key,
    unnest("values") + 0 AS value,
    unnest(steps) AS step,
    make_timestamptz((time_ms + unnest(elapsed)) * 1000) AS timestamp,
    ${SUBJECT}
  FROM ${LINES_TABLE} WHERE kind = 'metric-series'`;

/** Lines below this many bytes never fail with DuckDB's default buffers. A log with a longer line is read the slow way. */
const LONG_LINE_BYTES = 32 * 1024 * 1024;

/**
 * Reads the lines of metrics in one pass over the files. Returns the logs that have to be read the slow, exact
 * way, and removes their lines again: logs with a tail that does not count, and logs with a line that the fold
 * may read differently or skip. Reports damage.
 */
export async function readLines(
  connection: DuckDBConnection,
  logs: readonly ReadableLog[],
  onDamage: (damage: StoreDamage) => void,
): Promise<readonly string[]> {
  const whole = logs.filter(({ endsWithNewline }) => endsWithNewline);
  const reading = createLines(connection, whole);
  // DuckDB has no CRC-32, so this thread checks the lines while DuckDB's threads read them.
  const damaged = new Set(logs.map(({ path }) => path).filter((path) => !isLogIntact(path)));
  const read = await reading;
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT filename FROM ${LINES_TABLE} WHERE NOT sound`,
  );
  const doubtful = new Set([...found.getRows().map(([path]) => String(path)), ...damaged]);
  for (const path of doubtful) logDamage(path).forEach(onDamage);
  if (doubtful.size > 0) {
    const paths = [...doubtful].map((path) => `'${path.replaceAll("'", "''")}'`).join(', ');
    await connection.run(`DELETE FROM ${LINES_TABLE} WHERE filename IN (${paths})`);
  }
  return logs.map(({ path }) => path).filter((path) => doubtful.has(path) || !read.has(path));
}

/** Creates the table from these logs, and returns the paths of the logs that it was made from. */
async function createLines(
  connection: DuckDBConnection,
  logs: readonly ReadableLog[],
): Promise<ReadonlySet<string>> {
  const paths = logs.map(({ path }) => path);
  try {
    await connection.run(linesSql(paths));
    return new Set(paths);
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('maximum_object_size'))) throw error;
    const short = logs
      .filter(({ sizeBytes }) => sizeBytes < LONG_LINE_BYTES)
      .map(({ path }) => path);
    await connection.run(linesSql(short));
    return new Set(short);
  }
}

// Non-text fields are read as JSON first: DuckDB would convert "3" to 3, 1.5 to 2 and true to 1.
function linesSql(paths: readonly string[]): string {
  return `
    CREATE TABLE ${LINES_TABLE} AS
      SELECT
        run,
        ${wholeOf('step')} AS step,
        -- A point without a time was logged when it was stamped.
        coalesce(${wholeOf('"timeMs"')}, ${wholeOf('"at"')} // 1000) AS time_ms,
        kind,
        json_transform(metrics, '"MAP(VARCHAR, DOUBLE)"') AS metrics,
        key->>'$' AS key,
        try_cast(steps AS BIGINT[]) AS steps,
        try_cast("values" AS DOUBLE[]) AS "values",
        -- Points without their own times have the time of the line.
        CASE WHEN "elapsedMs" IS NULL THEN list_transform(try_cast(steps AS BIGINT[]), lambda s: 0)
          ELSE try_cast("elapsedMs" AS BIGINT[]) END AS elapsed,
        dataset->>'name' AS dataset_name,
        dataset->>'digest' AS dataset_digest,
        model,
        filename,
        coalesce(${SOUND}, false) AS sound
      FROM ${paths.length === 0 ? NO_LINES : jsonOf(paths)}
      WHERE kind IN ('metrics', 'metric-series') OR "at" IS NULL`;
}

function jsonOf(paths: readonly string[]): string {
  return `read_json(
    [${paths.map(pathLiteral).join(', ')}],
    format = 'newline_delimited', ignore_errors = true, filename = true,
    columns = {
      "at": 'JSON', kind: 'VARCHAR', run: 'VARCHAR', "timeMs": 'JSON', step: 'JSON',
      metrics: 'JSON', key: 'JSON', steps: 'JSON', "elapsedMs": 'JSON', "values": 'JSON',
      dataset: 'JSON', model: 'VARCHAR'
    }
  )`;
}

/** A relation with the same columns and no rows, for a store without logs. */
const NO_LINES = `(
  SELECT NULL::JSON AS "at", NULL::VARCHAR AS kind, NULL::VARCHAR AS run, NULL::JSON AS "timeMs",
    NULL::JSON AS step, NULL::JSON AS metrics, NULL::JSON AS key, NULL::JSON AS steps,
    NULL::JSON AS "elapsedMs", NULL::JSON AS "values", NULL::JSON AS dataset, NULL::VARCHAR AS model,
    NULL::VARCHAR AS filename
  WHERE false
)`;

/** SQL that casts a column of JSON to BIGINT through its text, which is faster than DuckDB's cast from JSON. */
function wholeOf(column: string): string {
  return `try_cast(${column}::VARCHAR AS BIGINT)`;
}

/** SQL that holds for a whole number in the range in which JavaScript is exact, and only for that. */
function isSafeWhole(column: string): string {
  return `regexp_full_match(${column}::VARCHAR, '-?[0-9]{1,16}')
    AND ${wholeOf(column)} BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}`;
}

/** Stamps up to the year 2100 are surely valid. The fold decides about later ones. */
const LATEST_PLAIN_STAMP_US = Date.UTC(2100, 0) * 1000;

/** Pattern of keys that the fold surely accepts: short ones, in which no name begins with a dot. */
const PLAIN_NAME = String.raw`[\p{L}\p{N}_\- :][\p{L}\p{N}_.\- :]*`;
const PLAIN_KEY = `${PLAIN_NAME}(?:/${PLAIN_NAME})*`;
const LONGEST_PLAIN_KEY = 100;

/** Pattern of an object of such keys and of numbers, or of the three values that JSON lacks. */
const PLAIN_METRICS = String.raw`\{(?:"${PLAIN_KEY}":(?:-?[0-9][0-9.eE+-]*|"NaN"|"-?Infinity"),?)*\}`;

/** Pattern of a list of numbers of at most 15 digits, which JavaScript represents exactly. */
const PLAIN_WHOLES = String.raw`\[(?:-?[0-9]{1,15}(?:,-?[0-9]{1,15})*)?\]`;
const PLAIN_VALUES = String.raw`\[(?:(?:-?[0-9][0-9.eE+-]*|"NaN"|"-?Infinity"),?)*\]`;

/** SQL that holds for a line with one step, or with a series, in which every number was read exactly. */
const SOUND_POINTS: string = `CASE kind
      WHEN 'metrics' THEN ${isSafeWhole('step')}
        AND regexp_full_match(metrics::VARCHAR, '${PLAIN_METRICS}')
        AND (length(metrics::VARCHAR) <= ${LONGEST_PLAIN_KEY}
          OR NOT regexp_matches(metrics::VARCHAR, '"[^"]{${LONGEST_PLAIN_KEY + 1}}'))
      ELSE json_type(key) = 'VARCHAR'
        AND length(key::VARCHAR) <= ${LONGEST_PLAIN_KEY}
        AND regexp_full_match(key::VARCHAR, '"${PLAIN_KEY}"')
        AND regexp_full_match(steps::VARCHAR, '${PLAIN_WHOLES}')
        AND regexp_full_match("values"::VARCHAR, '${PLAIN_VALUES}')
        AND json_array_length(steps) = json_array_length("values")
        AND ("elapsedMs" IS NULL
          OR (regexp_full_match("elapsedMs"::VARCHAR, '${PLAIN_WHOLES}')
            AND json_array_length("elapsedMs") = json_array_length("values")))
    END`;

/** SQL that holds for a line that was read completely. A line that is not JSON for DuckDB is a row of NULLs. */
const SOUND = String.raw`
  run IS NOT NULL
    AND ${isSafeWhole('"at"')} AND ${wholeOf('"at"')} BETWEEN 0 AND ${LATEST_PLAIN_STAMP_US}
    AND ${SOUND_POINTS}
    AND ("timeMs" IS NULL OR (${isSafeWhole('"timeMs"')}))
    AND (dataset IS NULL
      OR (json_type(dataset, '$.name') = 'VARCHAR' AND json_type(dataset, '$.digest') = 'VARCHAR'))
    AND (model IS NULL OR regexp_full_match(model, 'm-[\w-]{1,64}'))`;

/** A path as a literal that DuckDB does not interpret as a pattern. */
function pathLiteral(path: string): string {
  const plain = path.replace(/[[*?]/g, (character) => `[${character}]`);
  return `'${plain.replaceAll("'", "''")}'`;
}
