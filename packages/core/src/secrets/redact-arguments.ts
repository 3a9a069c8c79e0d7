import { assertArguments } from '../model/plain-input.ts';
import { isSecretName } from './secret-name.ts';
import { REDACTED, withoutKnownSecrets } from './secret-shapes.ts';

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
// In MySQL's, SSH tools' and many other command lines the password; a plain number is a port.
const SHORT_PASSWORD_FLAG = /^-p$/;
const SHORT_PASSWORD = /^-p=(?!\d+$)./;
// MySQL's clients, 7-Zip and sshpass take the password glued to the flag. What could be the name of an option
// (`-path`, `-parallel-runs`) or a port stays, unless the line is one of theirs.
const GLUED_PASSWORD = /(^|\s)-p(?!\d+(?=\s|$)|[a-z]+(?:-[a-z]+)*(?=[\s=]|$))[^\s=]\S*/g;
const ANY_GLUED_PASSWORD = /(^|\s)-p(?!\d+(?=\s|$))[^\s]\S*/g;
const GLUING_PROGRAM =
  /(?:^|[\s/\\])(?:(?:mysql|mariadb)[\w-]*|sshpass|7z\w?|rar|unrar)(?:\.exe)?(?=\s|$)/i;
// curl's and wget's way to log in; two numbers are Docker's user and group.
const USER_FLAG = /^(?:-u|--(?:user|userpwd|proxy-user))$/;
const USER_ASSIGNMENT = /^(--(?:user|userpwd|proxy-user)=)(.*)$/s;
const USER_AND_PASSWORD = /^([^\s:/@]+:)(?!\d+$|\/\/).+/s;

/**
 * A command line with what looks like a secret replaced by `***`: values of flags, variables, JSON
 * fields and headers with a telling name (`--token=…`, `--db-password …`, `-p …`, `-pX`, `-u ada:…`, `API_KEY=…`), user
 * names and passwords in addresses, signatures in their queries, and tokens of known forms. It is a net
 * and not a proof: a secret under an innocent name stays. More than 1,000 arguments, or 2,000
 * characters of one, are cut, which a `…` shows.
 * @throws INVALID_ARGUMENT when it is no array of strings
 */
export function redactArguments(argv: readonly string[]): string[] {
  assertArguments({ argv }, 'redactArguments', { argv: 'strings' });
  let isGluing = false;
  const redacted = argv.slice(0, MAX_ARGUMENTS).map((argument, index) => {
    isGluing ||= GLUING_PROGRAM.test(argument.slice(0, MAX_LOOKED_AT));
    const before = argv[index - 1];
    const login =
      before !== undefined && USER_FLAG.test(before) && USER_AND_PASSWORD.exec(argument);
    if (login) return `${cut(login[1] ?? '')}${REDACTED}`;
    return before !== undefined && hidesNext(before, argument) && !LONG_FLAG.test(argument)
      ? REDACTED
      : cut(redactArgument(argument, isGluing));
  });
  return argv.length > MAX_ARGUMENTS ? [...redacted, '…'] : redacted;
}

function hidesNext(flag: string, next: string): boolean {
  if (SHORT_PASSWORD_FLAG.test(flag)) return !/^(\d+|-.*)$/.test(next);
  return FLAG.test(flag) && isSecretName(flag);
}

function redactArgument(argument: string, isGluing: boolean): string {
  const text = argument.slice(0, MAX_LOOKED_AT);
  const start = ASSIGNMENT.exec(text)?.[0] ?? HEADER.exec(text)?.[1];
  if (start !== undefined && isSecretName(start)) return start + REDACTED;
  if (SHORT_PASSWORD.test(text)) return `-p=${REDACTED}`;
  const [, flag = '', value = ''] = USER_ASSIGNMENT.exec(text) ?? [];
  const login = USER_AND_PASSWORD.exec(value);
  if (login) return `${flag}${login[1] ?? ''}${REDACTED}`;
  const plain = withoutKnownSecrets(text)
    .replace(isGluing ? ANY_GLUED_PASSWORD : GLUED_PASSWORD, `$1-p${REDACTED}`)
    .replace(USER_INFO, `${REDACTED}@`)
    .replace(SIGNATURE, `$1${REDACTED}`)
    .replace(AUTHORIZATION, (_, bearer = '', basic = '') => `${bearer}${basic}${REDACTED}`);
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
