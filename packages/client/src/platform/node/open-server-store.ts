import { type Store, TidemarkError, withSpool } from '@tidemark/core';
import { type OpenSpool, openSpool, spoolRoot } from '@tidemark/core/node';
import { openRestStore, type RestStoreOptions } from '@tidemark/mlflow';
import type { OpenStoreOptions } from '../platform.ts';
import type { StoreAddress } from '../store-address.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type ServerAddress = Extract<StoreAddress, { kind: 'server' | 'databricks' }>;

/** With a spool a training waits some seconds for a server, not minutes. */
const PATIENCE_WITH_SPOOL = { retries: 3, timeoutMs: 20_000 } as const;

/**
 * Opens the store behind a server, with the given credentials or those of the environment. It has a spool unless
 * `spool` is false.
 * @throws STORE_URI_UNSUPPORTED for `databricks` without DATABRICKS_HOST
 */
export function openServerStore(
  address: ServerAddress,
  options: OpenStoreOptions,
  environment: Environment,
): Store {
  const server = serverOf(address, options, environment);
  const root = spoolRoot(options.spool, environment);
  if (root === undefined) return openRestStore({ ...server, ...patience(environment) });
  const store = openRestStore({ ...server, ...PATIENCE_WITH_SPOOL, ...patience(environment) });
  let spool: OpenSpool | undefined;
  return withSpool(store, {
    openSpool: () => {
      spool = openSpool(root, store.uri);
      return spool.store;
    },
    onClosed: () => spool?.release(),
    onAway: (error) => {
      process.emitWarning(
        `${error.message} From now on, writes go to the spool ${root}. When the server is reachable again, copy them there with: tidemark sync`,
        { code: 'TIDEMARK_SERVER_AWAY' },
      );
    },
  });
}

function serverOf(
  address: ServerAddress,
  options: OpenStoreOptions,
  environment: Environment,
): RestStoreOptions {
  if (address.kind === 'databricks') {
    const host = environment.DATABRICKS_HOST;
    const token = options.token ?? environment.DATABRICKS_TOKEN;
    if (!host || !token) {
      throw new TidemarkError(
        'STORE_URI_UNSUPPORTED',
        '"databricks" needs a workspace and a token. Set DATABRICKS_HOST (https://…) and DATABRICKS_TOKEN.',
      );
    }
    return { uri: /^https?:/.test(host) ? host : `https://${host}`, token };
  }
  return {
    uri: address.uri,
    ...given('token', options.token ?? environment.MLFLOW_TRACKING_TOKEN),
    ...given('username', options.username ?? environment.MLFLOW_TRACKING_USERNAME),
    ...given('password', options.password ?? environment.MLFLOW_TRACKING_PASSWORD),
  };
}

/**
 * Returns how long to try, from MLflow's variables for its client (environment_variables.py). The timeout is in
 * seconds.
 */
function patience(environment: Environment): Pick<RestStoreOptions, 'retries' | 'timeoutMs'> {
  const retries = Number(environment.MLFLOW_HTTP_REQUEST_MAX_RETRIES || Number.NaN);
  const timeout = Number(environment.MLFLOW_HTTP_REQUEST_TIMEOUT || Number.NaN);
  return {
    ...(retries >= 0 ? { retries } : {}),
    ...(timeout > 0 ? { timeoutMs: timeout * 1000 } : {}),
  };
}

function given<Name extends string>(
  name: Name,
  value: string | undefined,
): { readonly [Key in Name]?: string } {
  return value === undefined || value === ''
    ? {}
    : ({ [name]: value } as { readonly [Key in Name]: string });
}
