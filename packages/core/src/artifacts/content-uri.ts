import { holdsKnownSecret, redactArguments } from '../environment/redact-arguments.ts';
import { TidemarkError } from '../errors.ts';

const MAX_LENGTH = 2_000;
/** A scheme of two letters or more: one letter is a Windows drive. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;
/** Addresses that are content or programs themselves: a page that shows them would run them. */
const NO_PLACE = /^(javascript|vbscript|data|blob|about):/i;
const SPACE_OR_CONTROL = /[\s\p{Cc}]/u;

/**
 * Checks the address of content outside the store and returns it unchanged: absolute, with a scheme,
 * and without what looks like a password or a signature, for it is kept for ever and shown to everybody.
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
  if (NO_PLACE.test(uri)) return 'is no place where content lies';
  const { protocol, username, password, search, hash } = new URL(uri);
  if (password !== '') return 'contains a password';
  // On the web nobody has a name there, but tokens are.
  if (username !== '' && /^https?:$/.test(protocol)) return 'contains a user name';
  const parts = [search, hash.replace(/^#/, '?')].filter((part) => part !== '');
  if (holdsKnownSecret(uri) || parts.some((part) => redactArguments([part])[0] !== part)) {
    return 'contains what looks like a secret or a signature';
  }
  return undefined;
}
