import { assertString, TidemarkError } from '@tidemark/core';

/** The kind and place of a store, from its address. */
export type StoreAddress =
  | { readonly kind: 'memory' }
  /** A path as given, or the path of a `file:` URI. */
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file-uri'; readonly uri: string }
  /** A server that speaks MLflow's REST API. */
  | { readonly kind: 'server'; readonly uri: string }
  /** The Databricks workspace that the environment names. */
  | { readonly kind: 'databricks' };

const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/**
 * Parses the address of a store: `memory:`, a path, `file:`, `http:`, `https:` or `databricks`.
 * @throws STORE_URI_UNSUPPORTED for every other scheme, with what to do instead
 */
export function parseStoreAddress(address: string): StoreAddress {
  assertString(address, 'The address of a store');
  // One letter and a colon is a Windows drive, not a scheme.
  const scheme = SCHEME.exec(address)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
      if (address.trim() === '') throw unsupported(address, 'It is empty. Give a folder.');
      // MLflow's name for a workspace on Databricks, which has no colon.
      if (address === 'databricks') return { kind: 'databricks' };
      if (/^(databricks-uc|uc)$/.test(address)) throw unityCatalog(address);
      return { kind: 'folder', path: address };
    case 'memory':
      return { kind: 'memory' };
    case 'file':
      return { kind: 'file-uri', uri: address };
    case 'sqlite':
    case 'postgresql':
    case 'postgres':
    case 'mysql':
    case 'mssql':
      throw unsupported(
        address,
        `It is a database of MLflow, which Tidemark does not open. Start "mlflow server --backend-store-uri ${withoutPassword(address)}" and import its content with: tidemark import http://127.0.0.1:5000`,
      );
    case 'http':
    case 'https':
      return { kind: 'server', uri: address };
    case 'databricks':
      throw unsupported(
        address,
        'It names a profile of the Databricks CLI, which Tidemark does not read. Set DATABRICKS_HOST and DATABRICKS_TOKEN, and give "databricks".',
      );
    default:
      throw unsupported(
        address,
        'Give a folder, a file: URI, memory:, or the http: address of a server.',
      );
  }
}

function unityCatalog(address: string): TidemarkError {
  return unsupported(
    address,
    'Models in Unity Catalog have a separate API. Give "databricks" for the workspace and its own registry.',
  );
}

function unsupported(address: string, wayOut: string): TidemarkError {
  const shown = withoutPassword(address);
  return new TidemarkError(
    'STORE_URI_UNSUPPORTED',
    `${JSON.stringify(shown)} cannot be opened as a store. ${wayOut}`,
    { details: { address: shown } },
  );
}

/** Removes a user and a password from an address, because neither belongs in a message. */
function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/]*@/, '//…@');
}
