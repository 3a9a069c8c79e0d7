import { assertArguments, assertOptions, assertString, type Store } from '@tidemark/core';
import type { OpenStoreOptions, Platform } from './platform/platform.ts';

/** A store, or the address of one. Default: the default address. */
export type StoreOrAddress = Store | string | undefined;

/** The kinds of the options of `openStore`. */
const OPEN_STORE_KINDS = {
  durability: 'string?',
  mustExist: 'boolean?',
  token: 'string?',
  username: 'string?',
  password: 'string?',
  spool: 'any',
} as const;

/** The open stores of this program. Each is opened once and shared. */
export class SharedStores {
  readonly #platform: Platform;
  readonly #stores = new Map<string, Store>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Implements `Client.openStore`. */
  async open(address?: string, options?: OpenStoreOptions): Promise<Store> {
    if (address !== undefined) assertString(address, 'The address of openStore');
    if (options !== undefined) assertOptions(options, 'openStore', OPEN_STORE_KINDS);
    const place = address ?? this.#platform.defaultAddress();
    if (options !== undefined && isOwn(options)) return this.#platform.openStore(place, options);
    const key = this.#platform.storeKey(place, options ?? {});
    const open = this.#openAt(key);
    if (open !== undefined && options?.mustExist !== true) return open;
    // An open store need not exist yet. With `mustExist` the folder is checked again.
    const store = await this.#platform.openStore(place, options ?? {});
    // The first open store is used, even if another call was faster in the meantime.
    const standing = this.#openAt(key) ?? store;
    this.#stores.set(key, standing);
    return standing;
  }

  /** Returns the store itself, or the one at an address. */
  async of(store: StoreOrAddress): Promise<Store> {
    if (store === undefined || typeof store === 'string') return this.open(store);
    assertArguments({ store }, 'this call (a store or its address)', { store: 'store' });
    return store;
  }

  #openAt(key: string): Store | undefined {
    const known = this.#stores.get(key);
    return known?.closed === false ? known : undefined;
  }
}

/** Whether the options differ from the shared ones, so that the store cannot be shared. */
function isOwn({ durability, token, username, spool }: OpenStoreOptions): boolean {
  const options = [durability, token, username, spool === false ? undefined : spool];
  return options.some((option) => option !== undefined);
}
