import { holdsKnownSecret, isSecretName } from '@tidemark/core';

// `name = value`, `"name": "value"`, `name: value`, where the value is a literal and not code: in quotes, or
// the rest of the line. A name is matched from its beginning, and the lengths of a name and of an unquoted value are
// bounded: otherwise each position in a line of 200 KB without a space would start a search.
const ASSIGNED =
  /(?<![\w.-])([\w.-]{1,256})["']?[ \t]*(?::|:?=)[ \t]*(?:"([^"\s]{6,})"|'([^'\s]{6,})'|([\w+/=~-]{16,256})[ \t]*\r?$)/gm;
// An address with a password that is not a placeholder.
const PASSWORD_IN_ADDRESS = /:\/\/[^\s"'`@/?#:]*:(?![${<*%])[^\s"'`@/]+@/;
const AUTHORIZATION = /\b(?:Bearer|Basic)[ \t]+(?=[\w.~+/-]{0,256}\d)[\w.~+/-]{16,}/;

/**
 * Whether the text of a file contains something that looks like a secret: a token of a published form, a private key,
 * an address with a password, an `Authorization` header, or a literal with letters and digits under a name that
 * suggests a secret (`aws_secret_access_key = …`). The check may miss secrets.
 */
export function holdsSecret(text: string): boolean {
  if (holdsKnownSecret(text) || PASSWORD_IN_ADDRESS.test(text) || AUTHORIZATION.test(text)) {
    return true;
  }
  for (const [, name = '', double, single, bare] of text.matchAll(ASSIGNED)) {
    const value = double ?? single ?? bare ?? '';
    if (/\d/.test(value) && /[a-z]/i.test(value) && !/[${<]/.test(value) && isSecretName(name)) {
      return true;
    }
  }
  return false;
}
