import { TidemarkError } from '../errors.ts';
import { redactArguments } from '../secrets/redact-arguments.ts';
import { holdsKnownSecret } from '../secrets/secret-shapes.ts';

const MAX_LENGTH = 2_000;
/** A scheme has at least two letters, because one letter is a Windows drive. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;
/** Schemes of URIs that are content or programs themselves. A page that shows such a URI could run it. */
const NO_PLACE = /^(javascript|vbscript|data|blob|about):/i;
const SPACE_OR_CONTROL = /[\s\p{Cc}]/u;

/**
 * Checks the address of content outside the store and returns it unchanged: absolute, with a scheme, and without
 * anything that looks like a password or a signature, because logs keep it permanently and show it to every reader.
 * @throws INVALID_ARGUMENT
 */
export function assertContentUri(uri: string): string {
  const problem = problemOf(uri);
  if (problem === undefined) return uri;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The URI of an artifact ${problem}. Give one such as "s3://bucket/data.parquet" or "file:///data/train.csv", without passwords.`,
  );
}

function problemOf(uri: unknown): string | undefined {
  if (typeof uri !== 'string' || uri === '') return 'is missing';
  if (uri.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (SPACE_OR_CONTROL.test(uri)) return 'contains a space or a control character';
  if (!SCHEME.test(uri) || !URL.canParse(uri)) return 'has no scheme';
  if (NO_PLACE.test(uri)) return 'is not the place of content';
  return secretProblem(uri);
}

/**
 * Checks a text that is kept permanently and shown to every reader. If it is a URI, it must not contain a password,
 * or anything that looks like a secret or a signature. Other texts are accepted. @param what the name of the
 * argument, for the message
 * @throws INVALID_ARGUMENT
 */
export function assertNoSecretInUri(uri: string, what: string): void {
  const problem = URL.canParse(uri) ? secretProblem(uri) : undefined;
  if (problem === undefined) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The ${what} ${problem}, and no one could remove it later. Give the address without it.`,
  );
}

/** Returns why a URI contains a secret, as the end of a sentence; `undefined` if it contains none. */
function secretProblem(uri: string): string | undefined {
  const { protocol, username, password, search, hash } = new URL(uri);
  if (password !== '') return 'contains a password';
  // In an http address this is hardly ever a user name, but it may be a token.
  if (username !== '' && /^https?:$/.test(protocol)) return 'contains a user name';
  const parts = [search, hash.replace(/^#/, '?')].filter((part) => part !== '');
  if (holdsKnownSecret(uri) || parts.some((part) => redactArguments([part])[0] !== part)) {
    return 'contains what looks like a secret or a signature';
  }
  return undefined;
}
