import { fileURLToPath } from 'node:url';
import { openStore } from '@tidemark/client';
import { assertArguments, assertOptions, type Store, TidemarkError } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { loadDuckdb } from '../duckdb/duckdb.ts';
import type { SealReport } from './seal-report.ts';

/** Options of `sealStore`. */
export interface SealStoreOptions {
  /** A store in a folder, or its URI. Default: the store that `openStore()` finds. */
  readonly store?: Store | string;
  /** Whether to delete the lake first and to make it from the beginning. Default false. */
  readonly rebuild?: boolean;
}

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
  if (typeof given !== 'string' && given !== undefined) {
    assertArguments({ store: given }, 'sealStore', { store: 'store' });
  }
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
    // Loaded after DuckDB, which may be missing.
    const { sealFolder } = await import('./sealing.ts');
    return await sealFolder(duckdb, store, options.rebuild === true);
  } finally {
    await store.close();
    if (found !== given) await found.close();
  }
}
