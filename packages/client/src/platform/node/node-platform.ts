import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MemoryStore, type Store, TidemarkError } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import type { SystemMetricsOptions } from '../../system/system-monitor.ts';
import { NodeSystemSampler } from '../../system/system-sampler.ts';
import type { OpenStoreOptions, Platform } from '../platform.ts';
import { parseStoreAddress, type StoreAddress } from '../store-address.ts';
import { captureProcessEnvironment } from './capture-process-environment.ts';
import { localFiles } from './local-files.ts';
import { nodeAmbient } from './node-ambient.ts';
import { watchProcessEnd } from './watch-process-end.ts';

/** The default store. */
const DEFAULT_FOLDER = './tidemark';

/**
 * Returns the platform of Node: stores in folders, and AsyncLocalStorage. Only this file of the libraries reads the
 * environment.
 */
export function platform(): Platform {
  return {
    ambient: nodeAmbient(),
    defaultAddress: () =>
      process.env.TIDEMARK_TRACKING_URI || process.env.MLFLOW_TRACKING_URI || DEFAULT_FOLDER,
    storeKey: (address, { spool }) => {
      const parsed = parseStoreAddress(address);
      if (parsed.kind === 'folder' || parsed.kind === 'file-uri') return resolve(folderOf(parsed));
      return spool === false ? `${address} without spool` : address;
    },
    openStore,
    userName,
    warn: (message) => process.emitWarning(message, { code: 'TIDEMARK' }),
    captureEnvironment: captureProcessEnvironment,
    systemSampler: () => new NodeSystemSampler(),
    defaultSystemMetrics,
    localFiles,
    watchProgramEnd: watchProcessEnd,
  };
}

function openStore(address: string, options: OpenStoreOptions): Store | Promise<Store> {
  const parsed = parseStoreAddress(address);
  switch (parsed.kind) {
    case 'memory':
      return new MemoryStore();
    case 'server':
    case 'databricks':
      // Loaded only when needed, because most programs write to a folder.
      return import('./open-server-store.ts').then(({ openServerStore }) =>
        openServerStore(parsed, options, process.env),
      );
    case 'folder':
    case 'file-uri':
      return openFolder(folderOf(parsed), options);
  }
}

function openFolder(folder: string, options: OpenStoreOptions): Store {
  return openFileStore(folder, {
    ...options,
    onDamage: ({ file, offset, reason }) => {
      process.emitWarning(`${file}, byte ${offset}: ${reason}`, { code: 'TIDEMARK_STORE_DAMAGED' });
    },
  });
}

/** Returns the folder of an address. @throws STORE_URI_UNSUPPORTED */
function folderOf(parsed: Extract<StoreAddress, { kind: 'folder' | 'file-uri' }>): string {
  if (parsed.kind === 'folder') return parsed.path;
  // MLflow's usual relative spelling, file:./mlruns, which a URL parser would resolve from the root of the disk.
  const relative = /^file:(?!\/)(.+)$/i.exec(parsed.uri)?.[1];
  if (relative !== undefined) return decodeURIComponent(relative);
  try {
    return fileURLToPath(parsed.uri);
  } catch (cause) {
    throw new TidemarkError(
      'STORE_URI_UNSUPPORTED',
      `${JSON.stringify(parsed.uri)} does not name a folder of this machine. Write file:///absolute/path, or a plain path.`,
      { cause, details: { address: parsed.uri } },
    );
  }
}

/** Returns the value of Tidemark's own variable, otherwise of MLflow's, whose interval is in seconds. */
function defaultSystemMetrics(): boolean | SystemMetricsOptions {
  const { env } = process;
  const isOn = env.TIDEMARK_SYSTEM_METRICS || env.MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING || '';
  if (!/^(true|1)$/i.test(isOn)) return false;
  const intervalMs = Number(env.MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL || Number.NaN) * 1_000;
  const nodeId = env.MLFLOW_SYSTEM_METRICS_NODE_ID;
  return {
    ...(Number.isNaN(intervalMs) ? {} : { intervalMs }),
    ...(nodeId ? { nodeId } : {}),
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // The user of a container may have no entry in the password file.
    return process.env.USER ?? process.env.USERNAME ?? '';
  }
}
