import { isSecretName } from './secret-name.ts';

const REDACTED = '***';
const MAX_ARGUMENTS = 1_000;
const MAX_ARGUMENT_LENGTH = 2_000;
/** More is looked at than is kept, so that the cut cannot hide how a secret ends. */
const MAX_LOOKED_AT = 4 * MAX_ARGUMENT_LENGTH;

const FLAG = /^--?[a-z][\w.-]*$/i;
const LONG_FLAG = /^--[a-z]/i;
const ASSIGNMENT = /^([\w.-]+)=/;
const HEADER = /^([\w-]+\s*:\s*)\S/;

const FIELD_NAME = /(?<![\w.-])([\w.-]+)["']?\s*[:=]\s*/g;
const FIELD_VALUE = /"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s;"'}]+/y;
const QUERY_VALUE = /[^\s&#"']+/y;
// A user name, or a name and a password that may wrongly hold slashes, before the @ of an address.
const USER_INFO = /(?<=:\/\/)(?:[^\s"'@/?#:]*:(?!\d+[/?#])[^\s"']*|[^\s/?#]*)@/g;
// Query parameters that sign an address, as in Amazon's, Google's and Azure's.
const SIGNATURE = /([?&](?:[\w-]*signature|sig|x-(?:amz|goog)-credential)=)[^&\s"']+/gi;
const AUTHORIZATION = /\b(Bearer\s+)\S+|\b(Basic\s+)[A-Za-z0-9+/]{6,}={0,2}/g;
// Tokens that are known by their beginning: GitHub, GitLab, OpenAI and kin, Slack, Hugging Face,
// npm, Databricks, Google, Amazon, JSON web tokens.
const KNOWN_TOKENS =
  /\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|sk-(?=[\w-]*\d)[\w-]{16,}|xox[a-z]-[\w-]{10,}|hf_\w{16,}|npm_\w{16,}|dapi[0-9a-f]{16,}|AIza[\w-]{20,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*/gs;

/**
 * A command line with what looks like a secret replaced by `***`: values of flags, variables, JSON
 * fields and headers with a telling name (`--token=…`, `--db-password …`, `API_KEY=…`), user names
 * and passwords in addresses, signatures in their queries, and tokens of known forms. It is a net
 * and not a proof: a secret under an innocent name stays. More than 1,000 arguments, or 2,000
 * characters of one, are cut, which a `…` shows.
 */
export function redactArguments(argv: readonly string[]): string[] {
  const redacted = argv.slice(0, MAX_ARGUMENTS).map((argument, index) => {
    const before = argv[index - 1];
    return before !== undefined && isFlagOfSecret(before) && !LONG_FLAG.test(argument)
      ? REDACTED
      : cut(redactArgument(argument));
  });
  return argv.length > MAX_ARGUMENTS ? [...redacted, '…'] : redacted;
}

/** Whether a text holds a private key, or a token of a form that is known by its beginning. */
export function holdsKnownSecret(text: string): boolean {
  return text.search(KNOWN_TOKENS) !== -1 || text.search(PRIVATE_KEY) !== -1;
}

function isFlagOfSecret(argument: string): boolean {
  return FLAG.test(argument) && isSecretName(argument);
}

function redactArgument(argument: string): string {
  const text = argument.slice(0, MAX_LOOKED_AT);
  const start = ASSIGNMENT.exec(text)?.[0] ?? HEADER.exec(text)?.[1];
  if (start !== undefined && isSecretName(start)) return start + REDACTED;
  const plain = text
    .replace(PRIVATE_KEY, REDACTED)
    .replace(USER_INFO, `${REDACTED}@`)
    .replace(SIGNATURE, `$1${REDACTED}`)
    .replace(AUTHORIZATION, (_, bearer = '', basic = '') => `${bearer}${basic}${REDACTED}`)
    .replace(KNOWN_TOKENS, REDACTED);
  return redactFields(plain);
}

/** Replaces the values of `name=value` and `name: value` inside a text, where the name is telling. */
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

function cut(argument: string): string {
  return argument.length > MAX_ARGUMENT_LENGTH
    ? `${argument.slice(0, MAX_ARGUMENT_LENGTH)}…`
    : argument;
}
