import { MemoryStore, TidemarkError } from '@tidemark/core';
import { browserAmbient } from './browser-ambient.ts';
import type { Platform } from './platform.ts';
import { parseStoreAddress } from './store-address.ts';

/** A browser: stores in memory, no files, no environment. */
export function platform(): Platform {
  return {
    ambient: browserAmbient(),
    defaultAddress: () => 'memory:',
    storeKey: (address) => address,
    openStore: (address) => {
      if (parseStoreAddress(address).kind === 'memory') return new MemoryStore();
      throw new TidemarkError(
        'STORE_URI_UNSUPPORTED',
        `A browser has no folder ${JSON.stringify(address)}. Use memory:.`,
        { details: { address } },
      );
    },
    userName: () => '',
    warn: (message) => console.warn(message),
    captureEnvironment: async () => undefined,
    defaultSystemMetrics: () => false,
    // A page's stores are in its memory: nothing outlives it that could be ended.
    watchProgramEnd: () => () => {},
    localFiles: async (path) => {
      throw new TidemarkError(
        'ARTIFACT_NOT_FOUND',
        `A browser cannot read ${JSON.stringify(String(path))}. Give the bytes to logBytes.`,
      );
    },
  };
}
