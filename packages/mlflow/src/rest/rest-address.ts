import { TidemarkError } from '@tidemark/core';

/** The credentials of requests to a server. */
export interface RestCredentials {
  /** Sent as `Authorization: Bearer`, when there is no user name. */
  readonly token?: string;
  /** Sent as HTTP basic, with `password`. Takes precedence over a token, as in MLflow's client. */
  readonly username?: string;
  readonly password?: string;
}

/** The address of a server, and the credentials for it. */
export interface RestAddress {
  /** Without credentials, query and trailing slash: safe to show. */
  readonly baseUrl: string;
  /** The complete value of the Authorization header. It is a secret. */
  readonly authorization?: string;
}

/**
 * Parses the address of a server. Removes a user and password from it, and uses them as credentials if no others are
 * given.
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
    // The cause would contain the address with its password.
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

/** Encodes HTTP basic credentials in UTF-8 (RFC 7617). */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
