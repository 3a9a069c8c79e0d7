import type { DuckDBConnection } from '@duckdb/node-api';
import { isTidemarkError, type RunId, type Store } from '@tidemark/core';
import { isLakeFileError, lakeFolder } from './lake-folder.ts';
import { sqlText } from './lake-sql.ts';

/** The points that a lake has of a store. */
export interface LakePoints {
  /** The files with points. */
  readonly files: readonly string[];
  /** The runs that have not changed since they were sealed, so that the lake has exactly their points. */
  readonly runs: ReadonlySet<RunId>;
  /** The other runs whose points are in the files. */
  readonly others: readonly string[];
}

/** Which points the lake of a store has, or why none of its points are used. */
export type FoundLake = { readonly points: LakePoints } | { readonly unusable: Error } | undefined;

/**
 * Finds the points in the lake of a store that can be used instead of the store's own. A run counts only while nothing
 * has been logged to it since it was sealed. A lake that cannot be read is not used: the store has everything.
 */
export async function findLakePoints(
  connection: DuckDBConnection,
  store: Store,
  known: ReadonlySet<RunId>,
): Promise<FoundLake> {
  const folder = lakeFolder(store);
  if (folder === undefined || known.size === 0) return undefined;
  // Loaded when there may be a lake: most programs that only write need no Delta tables.
  const { filesOf, openLake } = await import('./open-lake.ts');
  try {
    const lake = await openLake(connection, folder);
    if (lake === undefined) return undefined;
    const marks = (await store.runMarks?.()) ?? new Map<RunId, string>();
    const [runs, others] = await currentRuns(
      connection,
      await filesOf(lake, 'runs'),
      (runId, mark) => known.has(runId) && marks.get(runId) === mark,
    );
    if (runs.size === 0) return undefined;
    return { points: { files: await filesOf(lake, 'metrics'), runs, others } };
  } catch (error) {
    // A file that was there a moment ago may be deleted after a purge.
    if (isLakeError(error) || isLakeFileError(error, store)) return { unusable: error };
    throw error;
  }
}

/** Whether an error says that the lake cannot be used. */
function isLakeError(error: unknown): error is Error {
  return isTidemarkError(error) && error.code.startsWith('LAKE_');
}

async function currentRuns(
  connection: DuckDBConnection,
  files: readonly string[],
  isCurrent: (runId: RunId, mark: string) => boolean,
): Promise<[runs: Set<RunId>, others: string[]]> {
  const runs = new Set<RunId>();
  const others: string[] = [];
  if (files.length === 0) return [runs, others];
  const found = await connection.stream(
    `SELECT run_id, sealed_state FROM read_parquet([${files.map(sqlText).join(', ')}], hive_partitioning = false)`,
  );
  for (;;) {
    const chunk = await found.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return [runs, others];
    const marks = chunk.getColumnValues(1);
    chunk.getColumnValues(0).forEach((id, row) => {
      const runId = String(id) as RunId;
      if (isCurrent(runId, String(marks[row]))) runs.add(runId);
      else others.push(runId);
    });
  }
}
