import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openStore } from '@tidemark/client';
import { assertOptions, type Store, TidemarkError } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import type { DeltaSnapshot } from '@tidemark/delta-lineage/tables';
import { type Duckdb, loadDuckdb } from '../duckdb/duckdb.ts';
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
import { type StagedChanges, stageChanges } from './staged-changes.ts';
import { changeTable, type TableChange } from './write-lake-table.ts';

/** Options of `sealStore`. */
export interface SealStoreOptions {
  /** A store in a folder, or its URI. Default: the store that `openStore()` finds. */
  readonly store?: Store | string;
  /** Whether to delete the lake first and to make it from the beginning. Default false. */
  readonly rebuild?: boolean;
}

/** What a seal did. */
export interface SealReport {
  /** The folder of the lake. */
  readonly folder: string;
  /** The number of the last completed seal of this lake. */
  readonly seal: number;
  /** Whether this seal changed the lake. */
  readonly isChanged: boolean;
  /** Runs that the lake did not have. */
  readonly sealedRuns: number;
  /** Runs that had changed since they were sealed. */
  readonly replacedRuns: number;
  /** Runs that were purged or resumed, and are not in the lake any more. */
  readonly removedRuns: number;
  /** New metric points, those of replaced runs included. */
  readonly points: number;
  /** Bytes of new files. */
  readonly bytesWritten: number;
  readonly filesDeleted: number;
}

/** How often a seal starts again because another one was first. */
const MOST_ATTEMPTS = 20;

/**
 * Puts the runs that have ended into the lake of a store: Delta tables `runs`, `params`, `tags`, `metrics` and
 * `registry_events` in its folder `lake`, for every engine that reads Delta tables. A run that has changed since it was
 * sealed is replaced, and a run that was purged is deleted from every version. Several seals may run at once, while
 * processes log. A seal that is interrupted leaves the lake as it was, and the next one completes it.
 *
 * @throws PACKAGE_MISSING without `@duckdb/node-api`; STORE_URI_UNSUPPORTED for a store that is not a folder of this
 * machine; LAKE_DAMAGED, LAKE_FORMAT_TOO_NEW, LAKE_FOREIGN, WRITE_FAILED, DELTA_COMMIT_CONFLICT if other seals are
 * always first; STORE_NOT_FOUND and what `openStore` throws
 *
 * @example
 * ```ts
 * const { folder, sealedRuns, points } = await sealStore({ store: './tidemark' });
 * console.log(`${folder} has ${sealedRuns} more runs, with ${points} points.`);
 * ```
 */
export async function sealStore(options: SealStoreOptions = {}): Promise<SealReport> {
  assertOptions(options, 'sealStore', { store: 'any?', rebuild: 'boolean?' });
  const duckdb = await loadDuckdb();
  const given = options.store;
  const found = typeof given === 'object' ? given : await openStore(given, { mustExist: true });
  found.flush?.();
  if (!found.uri.startsWith('file:')) {
    throw new TidemarkError(
      'STORE_URI_UNSUPPORTED',
      `The store ${found.uri} is not a folder of this machine, so it has no lake. Seal it where its folder is.`,
      { details: { uri: found.uri } },
    );
  }
  // A lake has every run, and the given store may be a view of some of them.
  const store = openFileStore(fileURLToPath(found.uri), { mustExist: true });
  try {
    return await sealFolder(duckdb, store, options.rebuild === true);
  } finally {
    await store.close();
    if (found !== given) await found.close();
  }
}

async function sealFolder(duckdb: Duckdb, store: Store, rebuild: boolean): Promise<SealReport> {
  const folder = lakeFolder(store) as string;
  if (rebuild) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
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
      points: changes.counts.metrics,
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
    { rows, counts, dropped }: StagedChanges,
  ): Promise<Pick<TableChange, 'rows' | 'count' | 'dropped'>> {
    const { name } = table;
    const change = { rows: rows[name], count: counts[name] };
    if (name !== 'registry_events') return { ...change, dropped: { runs: dropped[name] } };
    const old = filesSql(table, base === undefined ? [] : dataPaths(base));
    const found = await this.#connection.runAndReadAll(`
      SELECT count(*) FROM (
        ((${rows[name]}) EXCEPT ALL (${old})) UNION ALL ((${old}) EXCEPT ALL (${rows[name]}))
      )`);
    const isSame = Number(found.getRows()[0]?.[0]) === 0;
    return isSame ? { rows: '', count: 0, dropped: 'none' } : { ...change, dropped: 'all' };
  }
}

/** What was committed. */
interface Committed {
  readonly isChanged: boolean;
  readonly bytes: number;
  readonly strayed: boolean;
}
