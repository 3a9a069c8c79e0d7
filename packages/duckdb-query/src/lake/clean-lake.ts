import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type DeltaSnapshot,
  deleteLogBefore,
  deleteUnusedFiles,
  hasLogBefore,
  readTableVersion,
  writeCheckpoint,
} from '@tidemark/delta-lineage/tables';
import { LAKE_TRANSACTIONS } from './lake-folder.ts';
import { LAKE_TABLES } from './lake-tables.ts';
import type { Lake } from './open-lake.ts';

/** How long a file of an earlier version stays for those who still read it, as in Delta: a week. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** After this many versions a table gets a checkpoint, as in Delta. */
const VERSIONS_A_CHECKPOINT = 10;

/** What to delete. */
export interface LakeCleaning {
  /** Whether earlier versions have something that was purged: then they are deleted, with their files. */
  readonly purges: boolean;
  /** When the oldest other seal that may be running began. Its files are spared. */
  readonly othersSinceMs: number | undefined;
}

/**
 * Deletes files that no version needs, and writes checkpoints. After a purge it deletes all earlier versions and their
 * files at once. Returns the number of deleted data files. It can be repeated at any time.
 */
export async function cleanLake(
  connection: DuckDBConnection,
  { tables }: Lake,
  { purges, othersSinceMs }: LakeCleaning,
): Promise<number> {
  let deleted = 0;
  // The runs come last, because their log says that there is something to delete.
  for (const { name } of LAKE_TABLES) {
    const table = tables[name];
    const latest = await readTableVersion(connection, table.path);
    const spared = latest === undefined || latest.version === table.version ? [] : [latest];
    const now = Date.now();
    const beforeMs = Math.min(
      purges ? Number.POSITIVE_INFINITY : now - KEPT_MS,
      othersSinceMs ?? now + 1,
    );
    deleted += await deleteUnusedFiles(table, { spared, beforeMs });
    if (purges || isCheckpointDue(table)) await writeCheckpoint(connection, table);
    if (purges && othersSinceMs === undefined) await deleteLogBefore(table.path, table.version);
  }
  return deleted;
}

/** Whether the last purge left earlier versions, because it was interrupted or another seal was running. */
export async function hasPurgedVersions({ tables: { runs } }: Lake): Promise<boolean> {
  const purge = runs.transactions[LAKE_TRANSACTIONS.purge];
  return purge !== undefined && (await hasLogBefore(runs.path, purge));
}

function isCheckpointDue({ version }: DeltaSnapshot): boolean {
  return version > 0 && version % VERSIONS_A_CHECKPOINT === 0;
}
