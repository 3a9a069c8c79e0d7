import type { DuckDBConnection } from '@duckdb/node-api';
import { isTidemarkError, type RunId, type Store } from '@tidemark/core';
import { textLiteral } from '../duckdb/sql-literal.ts';
import { isLakeFileError, lakeFolder } from './lake-folder.ts';

/** The points that a lake has of a store. */
export interface LakePoints {
  /** The files with points. */
  readonly files: readonly string[];
  /** The runs that have not changed since they were sealed, so that the lake has exactly their points. */
  readonly runs: ReadonlySet<RunId>;
  /** The known runs that have changed since they were sealed, whose points are in the files too. */
  readonly changed: readonly RunId[];
  /** Whether the files also have points of runs that are not known. */
  readonly hasUnknown: boolean;
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
    const points = await sealedRuns(connection, await filesOf(lake, 'runs'), { known, marks });
    if (points.runs.size === 0) return undefined;
    return { points: { ...points, files: await filesOf(lake, 'metrics') } };
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

async function sealedRuns(
  connection: DuckDBConnection,
  files: readonly string[],
  { known, marks }: { known: ReadonlySet<RunId>; marks: ReadonlyMap<RunId, string> },
): Promise<Omit<LakePoints, 'files'>> {
  const runs = new Set<RunId>();
  const changed: RunId[] = [];
  let hasUnknown = false;
  if (files.length === 0) return { runs, changed, hasUnknown };
  const found = await connection.stream(
    `SELECT run_id, sealed_state FROM read_parquet([${files.map(textLiteral).join(', ')}], hive_partitioning = false)`,
  );
  for (;;) {
    const chunk = await found.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return { runs, changed, hasUnknown };
    const states = chunk.getColumnValues(1);
    chunk.getColumnValues(0).forEach((id, row) => {
      const runId = String(id) as RunId;
      if (!known.has(runId)) hasUnknown = true;
      else if (marks.get(runId) === states[row]) runs.add(runId);
      else changed.push(runId);
    });
  }
}
