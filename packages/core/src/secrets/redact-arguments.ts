import { assertArguments } from '../model/plain-input.ts';
import { redactText } from './redact-text.ts';
import { isSecretName } from './secret-name.ts';
import { REDACTED } from './secret-shapes.ts';

const MAX_ARGUMENTS = 1_000;
const MAX_ARGUMENT_LENGTH = 2_000;
/** How many characters are searched. This is more than are kept, so that a cut does not hide the end of a secret. */
const MAX_LOOKED_AT = 4 * MAX_ARGUMENT_LENGTH;

const FLAG = /^--?[a-z][\w.-]*$/i;
const LONG_FLAG = /^--[a-z]/i;
const ASSIGNMENT = /^([\w.-]+)=/;
const HEADER = /^([\w-]+\s*:\s*)\S/;

// The password in the command lines of MySQL, SSH tools and many other programs. A plain number is a port.
const SHORT_PASSWORD_FLAG = /^-p$/;
const SHORT_PASSWORD = /^-p=(?!\d+$)./;
// MySQL's clients, 7-Zip and sshpass accept the password directly after the flag. A text that may be the name of an
// option (`-path`, `-parallel-runs`) or a port is kept, unless the line calls one of these programs.
const GLUED_PASSWORD = /(^|\s)-p(?!\d+(?=\s|$)|[a-z]+(?:-[a-z]+)*(?=[\s=]|$))[^\s=]\S*/g;
const ANY_GLUED_PASSWORD = /(^|\s)-p(?!\d+(?=\s|$))[^\s]\S*/g;
const GLUING_PROGRAM =
  /(?:^|[\s/\\])(?:(?:mysql|mariadb)[\w-]*|sshpass|7z\w?|rar|unrar)(?:\.exe)?(?=\s|$)/i;
// The user and password of curl and wget. Two numbers are the user and group of Docker.
const USER_FLAG = /^(?:-u|--(?:user|userpwd|proxy-user))$/;
const USER_ASSIGNMENT = /^(--(?:user|userpwd|proxy-user)=)(.*)$/s;
const USER_AND_PASSWORD = /^([^\s:/@]+:)(?!\d+$|\/\/).+/s;

/**
 * Returns a command line in which everything that looks like a secret is replaced by `***`: values of flags,
 * variables, JSON fields and headers with a secret name (`--token=…`, `--db-password …`, `-p …`, `-pX`, `-u ada:…`,
 * `API_KEY=…`), user names and passwords in addresses, signatures in their queries, and tokens of known forms. It
 * does not find every secret: one under a harmless name stays. Arguments after the first 1,000, and characters after
 * the first 2,000 of an argument, are cut and replaced by `…`.
 *
 * @example
 * ```ts
 * import { redactArguments } from '@tidemark/core';
 *
 * redactArguments(['train.js', '--token=abc', '--lr', '0.1']); // ['train.js', '--token=***', '--lr', '0.1']
 * ```
 *
 * @throws INVALID_ARGUMENT if it is not an array of strings
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
  return redactText(
    text.replace(isGluing ? ANY_GLUED_PASSWORD : GLUED_PASSWORD, `$1-p${REDACTED}`),
  );
}

function cut(argument: string): string {
  return argument.length > MAX_ARGUMENT_LENGTH
    ? `${argument.slice(0, MAX_ARGUMENT_LENGTH)}…`
    : argument;
}
