import { assertArguments, type InputKind, TidemarkError } from '@tidemark/core';
import { textLiteral } from '../duckdb/sql-literal.ts';
import { runFilterSql } from '../filter/run-filter-sql.ts';
import type { QuerySession } from '../query/query-session.ts';

/** The runs that an analysis is about. Default: all that are not deleted. */
export interface SelectedRuns {
  /** Only runs that match, in MLflow's grammar (docs/search.md). */
  readonly filter?: string;
  /** Only runs of these experiments, by name. They must exist. */
  readonly experiments?: readonly string[];
  /** Whether deleted runs count too. Default false. */
  readonly withDeleted?: boolean;
  /** Stops the analysis, which then fails with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The most names of experiments in an error. */
const MOST_NAMES = 10;

/** The kinds of the options of `SelectedRuns`, for `assertOptions`. */
export const SELECTED_RUNS_KINDS: Readonly<Record<keyof SelectedRuns, InputKind>> = {
  filter: 'string?',
  experiments: 'strings?',
  withDeleted: 'boolean?',
  signal: 'signal?',
};

/** Checks that a value is a session. @throws INVALID_ARGUMENT */
export function assertSession(session: QuerySession, caller: string): void {
  assertArguments({ session }, caller, { session: 'object' });
  assertArguments({ 'query of the session': session.query }, caller, {
    'query of the session': 'function',
  });
}

/** Checks that the experiments exist, so that a misspelt name does not look like one without runs. @throws EXPERIMENT_NOT_FOUND */
export async function assertExperiments(
  session: QuerySession,
  selected: SelectedRuns,
): Promise<void> {
  const { experiments = [] } = selected;
  if (experiments.length === 0) return;
  const { rows } = await session.query(
    'SELECT DISTINCT name FROM experiments ORDER BY name',
    [],
    queryOptions(selected),
  );
  const names = rows.map(({ name }) => String(name));
  const missing = experiments.find((name) => !names.includes(name));
  if (missing === undefined) return;
  const has = names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ' …' : '');
  throw new TidemarkError(
    'EXPERIMENT_NOT_FOUND',
    `No experiment has the name ${JSON.stringify(missing)}. The store has: ${has}.`,
    { details: { experiment: missing } },
  );
}

/** Returns the condition for the selected rows of `runs r`. @throws FILTER_INVALID */
export function selectedRunsSql({ filter, experiments, withDeleted }: SelectedRuns): string {
  const conditions = ['true'];
  if (withDeleted !== true) conditions.push("r.lifecycle_stage = 'active'");
  if (experiments !== undefined) {
    const names = experiments.map(textLiteral);
    conditions.push(names.length === 0 ? 'false' : `r.experiment_name IN (${names.join(', ')})`);
  }
  if (filter !== undefined) conditions.push(runFilterSql(filter, { runs: 'r' }));
  return conditions.join(' AND ');
}

/** Returns the options of the queries of an analysis. */
export function queryOptions({ signal }: SelectedRuns): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
