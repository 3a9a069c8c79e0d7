/** The credentials of a request. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly user: string; readonly password: string };

/** Longer headers are refused without being read. */
const LONGEST_HEADER = 4096;
const BEARER = /^bearer +([\w.~+/=-]+) *$/i;
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/**
 * Reads an Authorization header as MLflow's clients send it (utils/rest_utils.py): `Bearer` for
 * MLFLOW_TRACKING_TOKEN, or `Basic` in UTF-8 for MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD. The
 * password may be a token, for tools that support only HTTP basic. Returns `undefined` for anything else.
 */
export function readCredentials(header: string | undefined): Credentials | undefined {
  if (header === undefined || header.length > LONGEST_HEADER) return undefined;
  const token = BEARER.exec(header)?.[1];
  if (token !== undefined) return { kind: 'token', token };
  const encoded = BASIC.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const decoded = decodeUtf8(Buffer.from(encoded, 'base64'));
  const colon = decoded?.indexOf(':') ?? -1;
  if (decoded === undefined || colon < 1) return undefined;
  return { kind: 'password', user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
