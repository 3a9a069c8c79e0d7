import type { Store } from '@tidemark/core';
import type { Ambient } from './ambient.ts';
import type { FindLocalFiles } from './local-file.ts';
import type { WatchProgramEnd } from './open-runs.ts';

/** How a store is opened. */
export interface OpenStoreOptions {
  /** How safe an acknowledged write is from a power cut. Default `os`; only for stores in folders. */
  readonly durability?: 'os' | 'fsync';
  /** Fail with STORE_NOT_FOUND where there is no store yet. Default: the first write creates it. */
  readonly mustExist?: boolean;
}

/** What was found out about the program, for a new run. */
export interface CapturedEnvironment {
  readonly tags: Readonly<Record<string, string>>;
  /** The text of `environment.json`. */
  readonly file: string;
}

/** What differs between Node and a browser. */
export interface Platform {
  readonly ambient: Ambient;
  /** The address that `openStore()` uses when it is given none. */
  defaultAddress(): string;
  openStore(address: string, options: OpenStoreOptions): Store;
  /** One key for all spellings of an address, so that a process opens a store once. */
  storeKey(address: string): string;
  userName(): string;
  /** Tells the developer of something that went wrong where no error can be thrown. */
  warn(message: string): void;
  captureEnvironment(): Promise<CapturedEnvironment | undefined>;
  readonly localFiles: FindLocalFiles;
  readonly watchProgramEnd: WatchProgramEnd;
}
