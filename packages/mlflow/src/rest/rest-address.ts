import { TidemarkError } from '@tidemark/core';

/** How requests to a server identify their sender. */
export interface RestCredentials {
  /** Sent as `Authorization: Bearer`, when there is no user name. */
  readonly token?: string;
  /** Sent as HTTP basic, with `password`; before a token, as MLflow's client does. */
  readonly username?: string;
  readonly password?: string;
}

/** Where a server is, and how to identify oneself there. */
export interface RestAddress {
  /** Without credentials, query and trailing slash: safe to show. */
  readonly baseUrl: string;
  /** The whole value of the Authorization header. A secret. */
  readonly authorization?: string;
}

/**
 * Reads the address of a server. A user and password in it are taken out and used as credentials when
 * none are given.
 * @throws STORE_URI_UNSUPPORTED when it is not an http: or https: URL
 */
export function parseRestAddress(uri: string, credentials: RestCredentials = {}): RestAddress {
  const url = parseUrl(uri);
  const username = credentials.username ?? decodeURIComponent(url.username);
  const password = credentials.password ?? decodeURIComponent(url.password);
  const { token } = credentials;
  const authorization =
    username !== ''
      ? `Basic ${base64(`${username}:${password}`)}`
      : token !== undefined && token !== ''
        ? `Bearer ${token}`
        : undefined;
  if (authorization !== undefined && /[\r\n]/.test(authorization)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'The token for the tracking server contains a line break. Set it again without one.',
    );
  }
  return {
    baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    ...(authorization === undefined ? {} : { authorization }),
  };
}

function parseUrl(uri: string): URL {
  const shown = JSON.stringify(uri.replace(/\/\/[^/]*@/, '//…@'));
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    // The cause would repeat the address with its password.
    throw new TidemarkError(
      'STORE_URI_UNSUPPORTED',
      `${shown} is not the address of a server. Write it like http://127.0.0.1:5000`,
    );
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new TidemarkError(
    'STORE_URI_UNSUPPORTED',
    `${shown} is not an http: or https: address. Write it like http://127.0.0.1:5000`,
  );
}

/** HTTP basic credentials in UTF-8 (RFC 7617). */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
