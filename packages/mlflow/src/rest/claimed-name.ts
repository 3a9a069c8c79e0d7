/**
 * The header with the user name of Tidemark's client. A server with logins ignores it; a server without logins
 * records it as a claim.
 */
export const CLAIMED_NAME_HEADER = 'x-tidemark-claimed-name';

/** Longer than any real name, in characters. Each takes at most nine characters in the header. */
const MOST_CHARACTERS = 100;
const LONGEST_VALUE = 9 * MOST_CHARACTERS;

/** Returns a name as the value of the header: percent-encoded, because headers are ASCII. */
export function formatClaimedName(name: string): string {
  return encodeURIComponent(name.slice(0, MOST_CHARACTERS).toWellFormed());
}

/** Returns the name in the value of a header, or `undefined` if the value is missing or malformed. */
export function parseClaimedName(
  value: string | readonly string[] | undefined,
): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_VALUE) return undefined;
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
