import type { Store } from '@tidemark/core';
import type { Ambient } from '../ambient/ambient.ts';
import type { WatchProgramEnd } from '../ambient/open-runs.ts';
import type { FindLocalFiles } from '../run/local-file.ts';
import type { SystemMetricsOptions, SystemSampler } from '../system/system-monitor.ts';

/** Options of `openStore`. */
export interface OpenStoreOptions {
  /**
   * The durability of an acknowledged write, for stores in folders. `os`, the default, survives the death of the
   * process. `fsync` also survives a power cut. `buffered` holds writes back for up to 100 ms or 64 KiB, and a
   * killed process loses those. The end of a run, reading and `close` write everything that is buffered.
   */
  readonly durability?: 'os' | 'fsync' | 'buffered';
  /**
   * Whether to fail with STORE_NOT_FOUND if the folder has no store yet. Default false: the first write creates it.
   */
  readonly mustExist?: boolean;
  /**
   * The bearer token for a server. Default in Node: MLFLOW_TRACKING_TOKEN, and for `databricks` DATABRICKS_TOKEN.
   */
  readonly token?: string;
  /**
   * The user name for a server, with `password`: HTTP basic. Default in Node: MLFLOW_TRACKING_USERNAME and
   * _PASSWORD.
   */
  readonly username?: string;
  readonly password?: string;
  /**
   * The spool of a server, in Node: the folder that takes writes while the server is unreachable, for `tidemark
   * sync`. With `false` the writes fail instead. Default: TIDEMARK_SPOOL, then `./tidemark-spool`.
   */
  readonly spool?: string | false;
}

/** The environment of the program, for a new run. */
export interface CapturedEnvironment {
  readonly tags: Readonly<Record<string, string>>;
  /** The text of `environment.json`. */
  readonly file: string;
  /** Looks for uncommitted changes, only once however often it is called. Returns `undefined` if there are none. */
  patch(): Promise<CapturedPatch | undefined>;
}

/** The uncommitted changes of the program's code. */
export interface CapturedPatch {
  /** The bytes of `uncommitted.patch`. Absent when every change was left out. */
  readonly content?: Uint8Array;
  /** The text of `environment.json`, with the list of what is in the patch and what is not. */
  readonly environmentFile: string;
}

/** The functions that differ between Node and a browser. */
export interface Platform {
  readonly ambient: Ambient;
  /** Returns the address for `openStore()` without an address. */
  defaultAddress(): string;
  openStore(address: string, options: OpenStoreOptions): Store | Promise<Store>;
  /** Returns one key for all spellings of an address, so that a process opens a store once. */
  storeKey(address: string, options: OpenStoreOptions): string;
  userName(): string;
  /** Warns the developer of a problem where no error can be thrown. */
  warn(message: string): void;
  captureEnvironment(): Promise<CapturedEnvironment | undefined>;
  /** Returns a sampler of the machine. Absent if a program cannot read the machine. */
  systemSampler?(): SystemSampler;
  /** Returns whether system metrics are logged if the program does not set the option. */
  defaultSystemMetrics(): boolean | SystemMetricsOptions;
  readonly localFiles: FindLocalFiles;
  readonly watchProgramEnd: WatchProgramEnd;
}
