import type { DuckDBConnection } from '@duckdb/node-api';
import { assertArguments } from '@tidemark/core';

/** @throws INVALID_ARGUMENT for anything except a connection of DuckDB */
export function assertConnection(connection: DuckDBConnection, caller: string): void {
  assertArguments({ connection }, caller, { connection: 'object' });
  assertArguments({ 'connection.run': connection.run }, caller, { 'connection.run': 'function' });
}
