import type { DuckDBConnection } from '@duckdb/node-api';
import { assertArguments, isTidemarkError } from '@tidemark/core';
import { assertConnection } from '../duckdb/assert-connection.ts';
import { type DeltaSnapshot, loadSnapshot } from '../snapshot/delta-snapshot.ts';

/**
 * Reads one version of a table, by default the latest, with the statistics of all its files. Returns undefined if there
 * is no table at the path.
 * @throws as `openDeltaSnapshot`
 */
export async function readTableVersion(
  connection: DuckDBConnection,
  path: string,
  version?: number,
): Promise<DeltaSnapshot | undefined> {
  assertConnection(connection, 'readTableVersion');
  assertArguments({ path, version }, 'readTableVersion', { path: 'string', version: 'number?' });
  const session = { connect: async (): Promise<DuckDBConnection> => connection };
  try {
    return await loadSnapshot(session, path, version === undefined ? {} : { version }, {
      statistics: true,
    });
  } catch (error) {
    if (isTidemarkError(error, 'DELTA_TABLE_NOT_FOUND')) return undefined;
    throw error;
  }
}
