import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';
import { EVENT_STORE_CAPABILITIES, EventStore } from '../store/event-store.ts';
import { FileArtifacts } from './artifacts/file-artifacts.ts';
import { FileLog } from './file-log.ts';
import type { Durability } from './log/durability.ts';
import { LOG_LIMITS, type LogLimits } from './log/log-limits.ts';
import { FileRegistry } from './registry/file-registry.ts';
import type { StoreDamage } from './store-damage.ts';
import { createStore, inspectStoreFolder } from './store-file.ts';

/** Options of `openFileStore`. */
export interface FileStoreOptions {
  /** The safety of an acknowledged write. Default `os`. */
  readonly durability?: Durability;
  /** Whether to throw STORE_NOT_FOUND if the folder has no store. Default false: the first write creates one. */
  readonly mustExist?: boolean;
  /** Limits of logs, for tests and benchmarks. */
  readonly limits?: Partial<LogLimits>;
  /**
   * `auto` (the default) reads a valid index, creates one after a long read without it, and keeps snapshots of
   * registry chains. `off` reads only the logs and commits, and reports all their damage. The answers are the same.
   */
  readonly index?: 'auto' | 'off';
  /** Called for every place that could not be read. Reading continues after it. */
  readonly onDamage?: (damage: StoreDamage) => void;
}

/**
 * Opens the store in a folder. Opening and reading change nothing. If there is no store, the first write creates it.
 *
 * @example
 * ```ts
 * import { ensureExperiment, searchRuns } from '@tidemark/core';
 * import { openFileStore } from '@tidemark/core/node';
 *
 * const store = openFileStore('./tidemark');
 * await ensureExperiment(store, 'penguins');
 * const { runs } = await searchRuns(store, { filter: 'metrics.loss < 0.1' });
 * await store.close();
 * ```
 *
 * @throws STORE_NOT_FOUND, STORE_IS_MLRUNS, STORE_FOLDER_IN_USE, STORE_FORMAT_TOO_NEW, STORE_DAMAGED
 */
export function openFileStore(folder: string, options: FileStoreOptions = {}): EventStore {
  assertArguments({ folder }, 'openFileStore', { folder: 'string' });
  assertArguments({ options }, 'openFileStore', { options: 'record' });
  const path = resolve(folder);
  const storeFile = inspectStoreFolder(path);
  if (storeFile === undefined && options.mustExist === true) {
    throw new TidemarkError(
      'STORE_NOT_FOUND',
      `There is no Tidemark store in ${path}. Start a run there first, or name the store's folder.`,
      { details: { folder: path } },
    );
  }
  const onDamage = options.onDamage ?? (() => {});
  // Checked before each new file, because the store may have been deleted in the meantime.
  const ensureStore = (): string => (inspectStoreFolder(path) ?? createStore(path)).id;
  return new EventStore({
    uri: pathToFileURL(path).href,
    capabilities: { ...EVENT_STORE_CAPABILITIES, durable: true },
    log: new FileLog({
      folder: path,
      ensureStore,
      durability: options.durability ?? 'os',
      limits: { ...LOG_LIMITS, ...options.limits },
      storeId: () => inspectStoreFolder(path)?.id,
      index: options.index ?? 'auto',
      onDamage,
    }),
    artifacts: new FileArtifacts(path, ensureStore),
    registry: new FileRegistry({
      folder: path,
      createStore: ensureStore,
      index: options.index ?? 'auto',
      onDamage,
    }),
  });
}
