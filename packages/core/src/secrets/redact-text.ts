import { isSecretName } from './secret-name.ts';
import { REDACTED, withoutKnownSecrets } from './secret-shapes.ts';

const FIELD_NAME = /(?<![\w.-])([\w.-]+)["']?\s*[:=]\s*/g;
const FIELD_VALUE = /"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s;"'}]+/y;
const QUERY_VALUE = /[^\s&#"']+/y;
const WORD = /[^\s"']+/g;
// A user name and a password (possibly with unescaped slashes) before the @ of an address.
const USER_AND_PASSWORD = /(?<=:\/\/)[^@/?#:]*:(?!\d+[/?#]).*@/gs;
// Only a user name. In an address of Azure's file systems it is the name of a container.
const USER = /(?<=:\/\/)(?<!\b(?:abfs|wasb)s?:\/\/)[^\s/?#]*@/gi;
// Query parameters that sign an address, as in Amazon's, Google's and Azure's.
const SIGNATURE = /([?&](?:[\w-]*signature|sig|x-(?:amz|goog)-credential)=)[^&\s"']+/gi;
const AUTHORIZATION = /\b(Bearer\s+)\S+|\b(Basic\s+)[A-Za-z0-9+/]{6,}={0,2}/g;

/**
 * Returns a text of any length in which user names and passwords of addresses, signatures in their queries, values
 * with a secret name and tokens of known forms are replaced by `***`. The time grows with the length of the text.
 */
export function redactText(text: string): string {
  const plain = withoutKnownSecrets(text)
    .replace(WORD, withoutPasswords)
    .replace(USER, `${REDACTED}@`)
    .replace(SIGNATURE, `$1${REDACTED}`)
    .replace(AUTHORIZATION, (_, bearer = '', basic = '') => `${bearer}${basic}${REDACTED}`);
  return redactFields(plain);
}

/** Searches only up to the last @ of a word. Otherwise each address in it would be searched to the end of the word. */
function withoutPasswords(word: string): string {
  const end = word.lastIndexOf('@') + 1;
  return word.slice(0, end).replace(USER_AND_PASSWORD, `${REDACTED}@`) + word.slice(end);
}

/** Replaces the values of `name=value` and `name: value` inside a text if the name is a secret's. */
function redactFields(text: string): string {
  let redacted = '';
  let done = 0;
  for (const match of text.matchAll(FIELD_NAME)) {
    if (match.index < done || !isSecretName(match[1] ?? '')) continue;
    const from = match.index + match[0].length;
    const inQuery = /[?&]/.test(text[match.index - 1] ?? '');
    const value = inQuery ? QUERY_VALUE : FIELD_VALUE;
    value.lastIndex = from;
    if (!value.test(text)) continue;
    redacted += text.slice(done, from) + REDACTED;
    done = value.lastIndex;
  }
  return redacted + text.slice(done);
}
