import { type Experiment, TidemarkError } from '@tidemark/core';
import type { Database } from '../duckdb/database.ts';
import type { Duckdb } from '../duckdb/duckdb.ts';
import { TableFill } from '../load/table-fill.ts';
import { createTableSql } from '../tables/sql-table.ts';
import type { StoreRecords } from '../tables/store-records.ts';
import { wideRunsTable } from '../tables/wide-runs-table.ts';

/** The most names of experiments in an error. */
const MOST_NAMES = 10;

/** The tables that `runs_wide` reads: one for each experiment, which is created when a query first names the experiment. */
export class WideRuns {
  readonly #duckdb: Duckdb;
  readonly #records: StoreRecords;
  readonly #created = new WeakMap<Database, Map<string, Promise<void>>>();

  constructor(duckdb: Duckdb, records: StoreRecords) {
    this.#duckdb = duckdb;
    this.#records = records;
  }

  /** Creates the tables that do not exist yet. @throws SQL_INVALID if there is no such experiment */
  async create(database: Database, experiments: Iterable<string>): Promise<void> {
    const created = this.#created.get(database) ?? new Map<string, Promise<void>>();
    this.#created.set(database, created);
    for (const experiment of experiments) {
      let creating = created.get(experiment);
      if (creating === undefined) {
        creating = this.#createTable(database, experiment);
        created.set(experiment, creating);
        // A failed attempt may be repeated.
        creating.catch(() => created.delete(experiment));
      }
      await creating;
    }
  }

  async #createTable(database: Database, experiment: string): Promise<void> {
    const { experiments, runs } = this.#records;
    const found = experiments.find(({ name }) => name === experiment);
    if (found === undefined) throw noSuchExperiment(experiment, experiments);
    const ofExperiment = runs.filter(({ experimentId }) => experimentId === found.experimentId);
    const table = wideRunsTable(experiment, ofExperiment);
    const query = await database.begin();
    try {
      await query.step(async (connection) => {
        // A failed attempt may have left it.
        await connection.run(`DROP TABLE IF EXISTS ${table.name}`);
        await connection.run(createTableSql(table));
        const fill = await TableFill.begin(this.#duckdb, connection, table);
        fill.add(ofExperiment);
        fill.finish();
      });
    } finally {
      await query.close();
    }
  }
}

function noSuchExperiment(name: string, experiments: readonly Experiment[]): TidemarkError {
  const names = experiments.slice(0, MOST_NAMES).map((each) => JSON.stringify(each.name));
  const more = experiments.length > names.length ? ' …' : '';
  return new TidemarkError(
    'SQL_INVALID',
    `There is no experiment with the name ${JSON.stringify(name)}. The experiments are: ${names.join(', ')}${more}.`,
    { details: { experiment: name } },
  );
}
