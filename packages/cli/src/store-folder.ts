import { fileURLToPath } from 'node:url';
import { type Store, TidemarkError } from '@tidemark/core';

/**
 * Returns the folder of a store, for work on its files.
 * @throws STORE_URI_UNSUPPORTED for a store that is not a folder
 */
export function storeFolder({ uri }: Pick<Store, 'uri'>): string {
  if (uri.startsWith('file:')) return fileURLToPath(uri);
  throw new TidemarkError(
    'STORE_URI_UNSUPPORTED',
    `The store ${uri} is not a folder of this machine, so its files cannot be read. Run the command where they are, with --store <folder>.`,
    { details: { uri } },
  );
}
