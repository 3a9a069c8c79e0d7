import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { isTidemarkError, type Store, TidemarkError } from '@tidemark/core';
import type { DeltaSnapshot } from '@tidemark/delta-lineage/tables';
import type { Duckdb } from '../duckdb/duckdb.ts';
import { cleanLake, hasPurgedVersions } from './clean-lake.ts';
import { LAKE_TRANSACTIONS, lakeFolder } from './lake-folder.ts';
import { filesSql } from './lake-sql.ts';
import { LAKE_TABLES, type LakeTable } from './lake-tables.ts';
import {
  dataPaths,
  filesOf,
  type Lake,
  type LatestTables,
  latestTables,
  openLake,
} from './open-lake.ts';
import { SealClaim } from './seal-claims.ts';
import type { SealReport } from './seal-report.ts';
import { type StagedChanges, stageChanges } from './staged-changes.ts';
import { changeTable, type TableChange } from './write-lake-table.ts';

/** How often a seal starts again because another one was first. */
const MOST_ATTEMPTS = 20;

/** Seals the store of a folder, again if another seal was first. @throws as `sealStore` */
export async function sealFolder(
  duckdb: Duckdb,
  store: Store,
  rebuild: boolean,
): Promise<SealReport> {
  const folder = lakeFolder(store) as string;
  try {
    if (rebuild) await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return await sealClaimed(duckdb, store, folder);
  } catch (error) {
    throw isRefusal(error) ? notWritten(folder, error) : error;
  }
}

async function sealClaimed(duckdb: Duckdb, store: Store, folder: string): Promise<SealReport> {
  const claim = await SealClaim.make(folder);
  try {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const report = await withDatabase(duckdb, claim, (connection) =>
        new Sealing(duckdb, connection, { store, folder, claim }).run(),
      );
      if (report !== undefined) return report;
    }
  } finally {
    await claim.release();
  }
  throw new TidemarkError(
    'DELTA_COMMIT_CONFLICT',
    `Other seals of ${folder} were first ${MOST_ATTEMPTS} times. Try again when they have ended.`,
    { details: { folder } },
  );
}

/** Whether the operating system refused something, to this process or to DuckDB. */
function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error) || isTidemarkError(error)) return false;
  return ('errno' in error && 'syscall' in error) || error.message.startsWith('IO Error');
}

function notWritten(folder: string, cause: Error): TidemarkError {
  return new TidemarkError(
    'WRITE_FAILED',
    `The lake ${folder} could not be written: ${cause.message}. It has what the last seal left. Check that there is free space, and who owns the folder, and seal again.`,
    { cause, details: { path: folder } },
  );
}

async function withDatabase<T>(
  duckdb: Duckdb,
  { folder }: SealClaim,
  body: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // What does not fit into memory.
    temp_directory: join(folder, 'spilled'),
  });
  try {
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return await body(connection).finally(() => connection.closeSync());
  } finally {
    instance.closeSync();
  }
}

/** One attempt to seal. */
class Sealing {
  readonly #duckdb: Duckdb;
  readonly #connection: DuckDBConnection;
  readonly #store: Store;
  readonly #folder: string;
  readonly #claim: SealClaim;

  constructor(
    duckdb: Duckdb,
    connection: DuckDBConnection,
    parts: { readonly store: Store; readonly folder: string; readonly claim: SealClaim },
  ) {
    this.#duckdb = duckdb;
    this.#connection = connection;
    this.#store = parts.store;
    this.#folder = parts.folder;
    this.#claim = parts.claim;
  }

  /** Returns undefined if another seal was first. */
  async run(): Promise<SealReport | undefined> {
    const latest = await latestTables(this.#connection, this.#folder);
    const before = await openLake(this.#connection, this.#folder);
    if (before !== undefined) for (const { name } of LAKE_TABLES) await filesOf(before, name);
    const changes = await stageChanges(this.#duckdb, this.#connection, {
      store: this.#store,
      lake: before,
    });
    const committed = await this.#commit({ before, latest }, changes);
    if (committed === undefined) return undefined;
    const after = (await openLake(this.#connection, this.#folder)) as Lake;
    const purges = committed.strayed || (await hasPurgedVersions(after));
    const filesDeleted = await cleanLake(this.#connection, after, {
      purges,
      othersSinceMs: await this.#claim.oldestOther(),
    });
    return {
      folder: this.#folder,
      seal: after.seal,
      isChanged: committed.isChanged,
      sealedRuns: changes.sealedRuns,
      replacedRuns: changes.replacedRuns,
      removedRuns: changes.removedRuns,
      points: changes.tables.metrics.count,
      bytesWritten: committed.bytes,
      filesDeleted,
    };
  }

  /** Commits the tables, the runs last. Returns undefined if another seal was first. */
  async #commit(
    { before, latest }: { readonly before: Lake | undefined; readonly latest: LatestTables },
    changes: StagedChanges,
  ): Promise<Committed | undefined> {
    const versions: Record<string, number> = {};
    let [isChanged, strayed, bytes] = [before === undefined, false, 0];
    for (const table of LAKE_TABLES) {
      const { name } = table;
      const base = before?.tables[name];
      const outcome = await changeTable(this.#connection, {
        folder: this.#folder,
        table,
        base,
        latest: latest[name],
        ...(await this.#changeOf(table, base, changes)),
        transactions: (version) => {
          if (name !== 'runs') return {};
          return {
            [LAKE_TRANSACTIONS.seal]: (before?.seal ?? 0) + 1,
            ...versions,
            [LAKE_TRANSACTIONS.versionOf('runs')]: version,
            ...(changes.purges ? { [LAKE_TRANSACTIONS.purge]: version } : {}),
          };
        },
        always: name === 'runs' && isChanged,
      });
      if (outcome === undefined) return undefined;
      versions[LAKE_TRANSACTIONS.versionOf(name)] = outcome.version;
      isChanged ||= outcome.version !== base?.version;
      strayed ||= outcome.strayed;
      bytes += outcome.bytes;
    }
    return { isChanged, bytes, strayed };
  }

  async #changeOf(
    table: LakeTable,
    base: DeltaSnapshot | undefined,
    { tables }: StagedChanges,
  ): Promise<Pick<TableChange, 'rows' | 'count' | 'dropped'>> {
    const { name } = table;
    const { rows, count, dropped } = tables[name];
    if (name !== 'registry_events') return { rows, count, dropped: { runs: dropped } };
    const old = filesSql(table, base === undefined ? [] : dataPaths(base));
    const found = await this.#connection.runAndReadAll(`
      SELECT count(*) FROM (
        ((${rows}) EXCEPT ALL (${old})) UNION ALL ((${old}) EXCEPT ALL (${rows}))
      )`);
    const isSame = Number(found.getRows()[0]?.[0]) === 0;
    return isSame ? { rows, count: 0, dropped: 'none' } : { rows, count, dropped: 'all' };
  }
}

/** What was committed. */
interface Committed {
  readonly isChanged: boolean;
  readonly bytes: number;
  readonly strayed: boolean;
}
