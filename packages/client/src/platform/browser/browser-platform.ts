import { MemoryStore, TidemarkError } from '@tidemark/core';
import type { Platform } from '../platform.ts';
import { parseStoreAddress } from '../store-address.ts';
import { browserAmbient } from './browser-ambient.ts';

/** Returns the platform of a browser: stores in memory and behind servers, no files, no environment. */
export function platform(): Platform {
  return {
    ambient: browserAmbient(),
    defaultAddress: () => 'memory:',
    storeKey: (address) => address,
    openStore: async (address, { token, username, password }) => {
      const parsed = parseStoreAddress(address);
      if (parsed.kind === 'memory') return new MemoryStore();
      if (parsed.kind === 'server') {
        // Loaded only when needed, because most pages use a store in memory.
        const { openRestStore } = await import('@tidemark/mlflow');
        return openRestStore({
          uri: parsed.uri,
          ...(token === undefined ? {} : { token }),
          ...(username === undefined ? {} : { username }),
          ...(password === undefined ? {} : { password }),
        });
      }
      throw new TidemarkError(
        'STORE_URI_UNSUPPORTED',
        `A browser cannot open ${JSON.stringify(address)}. Use memory: or the http: address of a server.`,
        { details: { address } },
      );
    },
    userName: () => '',
    warn: (message) => console.warn(message),
    captureEnvironment: async () => undefined,
    defaultSystemMetrics: () => false,
    // The stores of a page are in its memory, so after the page nothing is left that could be ended.
    watchProgramEnd: () => () => {},
    localFiles: async (path) => {
      throw new TidemarkError(
        'ARTIFACT_NOT_FOUND',
        `A browser cannot read ${JSON.stringify(String(path))}. Give the bytes to logBytes.`,
      );
    },
  };
}
