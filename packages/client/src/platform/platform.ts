import type { Store } from '@tidemark/core';
import type { Ambient } from '../ambient/ambient.ts';
import type { WatchProgramEnd } from '../ambient/open-runs.ts';
import type { FindLocalFiles } from '../run/local-file.ts';
import type { SystemMetricsOptions, SystemSampler } from '../system/system-monitor.ts';

/** How a store is opened. */
export interface OpenStoreOptions {
  /**
   * How safe an acknowledged write is, for stores in folders. `os`, the default, survives the death of
   * the process; `fsync` also a power cut; `buffered` is held back for up to 100 ms or 64 KiB, which a
   * killed process loses. The end of a run, reading and `close` write what is held back.
   */
  readonly durability?: 'os' | 'fsync' | 'buffered';
  /** Fail with STORE_NOT_FOUND where there is no folder with a store yet. Default: the first write creates it. */
  readonly mustExist?: boolean;
  /**
   * For a server: sent as a bearer token. Default in Node: MLFLOW_TRACKING_TOKEN, for `databricks`
   * DATABRICKS_TOKEN.
   */
  readonly token?: string;
  /** For a server, with `password`: HTTP basic. Default in Node: MLFLOW_TRACKING_USERNAME and _PASSWORD. */
  readonly username?: string;
  readonly password?: string;
  /**
   * For a server, in Node: the folder that takes the writes while it is away, for `tidemark sync`; `false`
   * for none, so that they fail. Default: TIDEMARK_SPOOL, then `./tidemark-spool`.
   */
  readonly spool?: string | false;
}

/** What was found out about the program, for a new run. */
export interface CapturedEnvironment {
  readonly tags: Readonly<Record<string, string>>;
  /** The text of `environment.json`. */
  readonly file: string;
  /** Looks for uncommitted changes; once, however often it is called. `undefined` when there are none. */
  patch(): Promise<CapturedPatch | undefined>;
}

/** The uncommitted changes that the program runs with. */
export interface CapturedPatch {
  /** The bytes of `uncommitted.patch`; absent when every change was left out. */
  readonly content?: Uint8Array;
  /** The text of `environment.json`, with what is in the patch and what is not. */
  readonly environmentFile: string;
}

/** What differs between Node and a browser. */
export interface Platform {
  readonly ambient: Ambient;
  /** The address that `openStore()` uses when it is given none. */
  defaultAddress(): string;
  openStore(address: string, options: OpenStoreOptions): Store | Promise<Store>;
  /** One key for all spellings of an address, so that a process opens a store once. */
  storeKey(address: string, options: OpenStoreOptions): string;
  userName(): string;
  /** Tells the developer of something that went wrong where no error can be thrown. */
  warn(message: string): void;
  captureEnvironment(): Promise<CapturedEnvironment | undefined>;
  /** Reads what the machine does; absent where a program cannot. */
  systemSampler?(): SystemSampler;
  /** Whether system metrics are logged when the program does not say. */
  defaultSystemMetrics(): boolean | SystemMetricsOptions;
  readonly localFiles: FindLocalFiles;
  readonly watchProgramEnd: WatchProgramEnd;
}
