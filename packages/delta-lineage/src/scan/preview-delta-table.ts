import { assertArguments, assertOptions } from '@tidemark/core';
import type { Table } from 'apache-arrow';
import { withDuckdb } from '../duckdb/duckdb-session.ts';
import {
  type DeltaSnapshot,
  loadSnapshot,
  type VersionSelection,
} from '../snapshot/delta-snapshot.ts';
import { scanSnapshot } from './read-delta-table.ts';

/** Options of `previewDeltaTable`. */
export interface PreviewDeltaTableOptions extends VersionSelection {
  /** The columns to show, in this order; all of them by default. */
  readonly columns?: readonly string[];
  /** The maximum number of rows. */
  readonly limit: number;
}

/**
 * Returns the first rows of one version of a Delta table, in the order of `readDeltaTable`. Never records the
 * read as a dataset.
 *
 * Throws what `readDeltaTable` throws.
 *
 * @example
 * ```ts
 * const { table } = await previewDeltaTable('data/penguins', { limit: 10 });
 * ```
 */
export async function previewDeltaTable(
  path: string,
  options: PreviewDeltaTableOptions,
): Promise<{ readonly table: Table; readonly snapshot: DeltaSnapshot }> {
  assertArguments({ path }, 'previewDeltaTable', { path: 'string' });
  assertOptions(options, 'previewDeltaTable', {
    version: 'number?',
    timestampMs: 'number?',
    columns: 'strings?',
    limit: 'number',
  });
  return withDuckdb(async (session) => {
    const snapshot = await loadSnapshot(session, path, options);
    return {
      snapshot,
      table: await scanSnapshot(session, snapshot, options.columns, options.limit),
    };
  });
}
