import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { MetricColumns, PointSubject } from '@tidemark/core';
import type { Duckdb } from '../duckdb/duckdb.ts';
import { createTableSql } from '../tables/sql-table.ts';
import { type RepeatableSeries, seriesTable, subjectsTable } from './staged-points.ts';
import { CHUNK_ROWS, TableFill } from './table-fill.ts';

const POINTS = 'staged_points';
/** The code of points that name no dataset and no model. */
const NO_SUBJECT = 0;

/**
 * Fills tables with points by column: a point is five numbers, one of them the code of its run and key. Texts for each
 * point would take most of the time.
 */
export class PointFill {
  readonly #duckdb: Duckdb;
  readonly #connection: DuckDBConnection;
  readonly #appender: DuckDBAppender;
  readonly #series: RepeatableSeries[] = [];
  readonly #seriesCodes = new Map<string, Map<string, number>>();
  readonly #subjects: PointSubject[] = [];
  readonly #subjectCodes = new Map<string, number>();
  readonly #chunk: PointChunk;

  private constructor(duckdb: Duckdb, connection: DuckDBConnection, appender: DuckDBAppender) {
    this.#duckdb = duckdb;
    this.#connection = connection;
    this.#appender = appender;
    this.#chunk = new PointChunk(duckdb);
  }

  /** Creates the tables that hold the points until `finish`. */
  static async begin(duckdb: Duckdb, connection: DuckDBConnection): Promise<PointFill> {
    await connection.run(`
      CREATE TABLE ${POINTS} (
        series INTEGER, step DOUBLE, time_ms DOUBLE, value DOUBLE, subject INTEGER
      );
      ${createTableSql(seriesTable)};
      ${createTableSql(subjectsTable)}`);
    return new PointFill(duckdb, connection, await connection.createAppender(POINTS));
  }

  /** The statement that removes what `finish` reads. */
  static readonly dropSql: string = [POINTS, seriesTable.name, subjectsTable.name]
    .map((name) => `DROP TABLE ${name};`)
    .join(' ');

  /** Adds points of one metric of one run. The same metric may come again, also with the same points. */
  add(columns: MetricColumns): void {
    const { values, subjects } = columns;
    const series = this.#seriesOf(columns);
    // In SQL, -0 is 0 and an empty name of a dataset is NULL, so two points may become equal.
    if (subjects !== undefined || values.some((value) => Object.is(value, -0))) {
      series.mayRepeat = true;
    }
    for (let from = 0; from < values.length; ) {
      const count = this.#chunk.add(series.code, columns, from);
      if (subjects !== undefined) {
        for (let place = from; place < from + count; place += 1) {
          const subject = subjects[place];
          if (subject === undefined) continue;
          this.#chunk.setSubject(from + count - place, this.#codeOfSubject(subject));
        }
      }
      from += count;
      if (this.#chunk.isFull) this.#append();
    }
  }

  /** Writes the rest. Returns SQL that selects the points in the columns of the table `metrics`, each once. */
  async finish(): Promise<string> {
    this.#append();
    this.#appender.closeSync();
    await this.#fill(seriesTable, this.#series);
    await this.#fill(subjectsTable, this.#subjects);
    const points = `
      SELECT
        run_id, key,
        value + 0 AS value,
        step::BIGINT AS step,
        make_timestamptz(time_ms::BIGINT * 1000) AS timestamp,
        dataset_name, dataset_digest, model_id
      FROM ${POINTS}
      JOIN ${seriesTable.name} s ON s.code = series
      LEFT JOIN ${subjectsTable.name} u ON u.code = subject`;
    return `
      ${points} WHERE NOT may_repeat
      UNION ALL BY NAME
      SELECT DISTINCT * FROM (${points} WHERE may_repeat)`;
  }

  async #fill<Row>(
    table: Parameters<typeof TableFill.begin<readonly Row[]>>[2],
    rows: readonly Row[],
  ): Promise<void> {
    const fill = await TableFill.begin(this.#duckdb, this.#connection, table);
    fill.add(rows);
    fill.finish();
  }

  #append(): void {
    if (!this.#chunk.isEmpty) this.#appender.appendDataChunk(this.#chunk.take());
  }

  #seriesOf({ runId, key }: MetricColumns): RepeatableSeries {
    const ofRun = this.#seriesCodes.get(runId) ?? new Map<string, number>();
    this.#seriesCodes.set(runId, ofRun);
    const known = ofRun.get(key);
    if (known !== undefined) {
      const series = this.#series[known] as RepeatableSeries;
      // Pieces of one metric may share points.
      series.mayRepeat = true;
      return series;
    }
    const series = { code: this.#series.length, runId, key, mayRepeat: false };
    ofRun.set(key, series.code);
    this.#series.push(series);
    return series;
  }

  #codeOfSubject(subject: PointSubject): number {
    const text = JSON.stringify([subject.datasetName, subject.datasetDigest, subject.modelId]);
    const known = this.#subjectCodes.get(text);
    if (known !== undefined) return known;
    this.#subjects.push(subject);
    this.#subjectCodes.set(text, this.#subjects.length);
    return this.#subjects.length;
  }
}

/** As many points as DuckDB appends at once, by column. */
class PointChunk {
  readonly #duckdb: Duckdb;
  readonly #series = new Int32Array(CHUNK_ROWS);
  readonly #steps = new Float64Array(CHUNK_ROWS);
  readonly #timesMs = new Float64Array(CHUNK_ROWS);
  readonly #values = new Float64Array(CHUNK_ROWS);
  readonly #subjects = new Int32Array(CHUNK_ROWS);
  #rowCount = 0;

  constructor(duckdb: Duckdb) {
    this.#duckdb = duckdb;
  }

  get isEmpty(): boolean {
    return this.#rowCount === 0;
  }

  get isFull(): boolean {
    return this.#rowCount === CHUNK_ROWS;
  }

  /** Adds points from a place on, as many as there is room for. Returns how many. */
  add(series: number, { steps, timesMs, values }: MetricColumns, from: number): number {
    const row = this.#rowCount;
    const to = Math.min(values.length, from + CHUNK_ROWS - row);
    this.#rowCount = row + to - from;
    this.#series.fill(series, row, this.#rowCount);
    this.#steps.set(steps.subarray(from, to), row);
    this.#timesMs.set(timesMs.subarray(from, to), row);
    this.#values.set(values.subarray(from, to), row);
    this.#subjects.fill(NO_SUBJECT, row, this.#rowCount);
    return to - from;
  }

  /** Sets the subject of a point, counted from the last one, which is 1. */
  setSubject(fromLast: number, code: number): void {
    this.#subjects[this.#rowCount - fromLast] = code;
  }

  /** Returns the points for DuckDB, and is empty afterwards. */
  take(): DuckDBDataChunk {
    const { INTEGER, DOUBLE, DuckDBDataChunk } = this.#duckdb;
    const types = [INTEGER, DOUBLE, DOUBLE, DOUBLE, INTEGER];
    const chunk = DuckDBDataChunk.create(types, this.#rowCount);
    const columns = [this.#series, this.#steps, this.#timesMs, this.#values, this.#subjects];
    columns.forEach((column, index) => {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < this.#rowCount; row += 1) vector.setItem(row, column[row] as number);
      vector.flush();
    });
    this.#rowCount = 0;
    return chunk;
  }
}
