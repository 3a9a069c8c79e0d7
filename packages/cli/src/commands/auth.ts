import { existsSync } from 'node:fs';
import {
  type AuthFile,
  addToken,
  addUser,
  type GrantedRole,
  hashPassword,
  type Role,
  type RoleScope,
  readAuthFile,
  removeUser,
  revokeToken,
  setPassword,
  setRole,
  writeAuthFile,
} from '@tidemark/server';
import { renderJson } from '../render/json.ts';
import { printable, styleOf } from '../render/style.ts';
import { renderTable } from '../render/table.ts';
import type { Terminal } from '../terminal.ts';
import { readPassword } from './read-password.ts';

/** The file of users that a command changes. */
export interface AuthFileOption {
  readonly file: string;
}

/** Adds a user, and makes the file when there is none. @throws AUTH_FILE_INVALID, INVALID_ARGUMENT */
export async function addUserCommand(
  name: string,
  options: AuthFileOption & { readonly role: Role; readonly password?: true },
  terminal: Terminal,
): Promise<void> {
  const { file: path, role } = options;
  const file = existsSync(path) ? readAuthFile(path) : { users: [] };
  // Before anybody is asked for a password.
  const added = addUser(file, { name, role });
  const changed =
    options.password === true ? setPassword(added, name, await newPassword(terminal)) : added;
  writeAuthFile(path, changed);
  terminal.out(`${printable(name)} is a ${role} now.\n`);
  if (options.password !== true) {
    terminal.out(`To log in: tidemark auth add-token ${printable(name)} --file ${path}\n`);
  }
}

/** Takes a user away, with all tokens. @throws AUTH_FILE_INVALID, INVALID_ARGUMENT */
export function removeUserCommand(name: string, options: AuthFileOption, terminal: Terminal): void {
  change(options, (file) => removeUser(file, name));
  terminal.out(`${printable(name)} is no user any more, and the tokens are void.\n`);
}

/** Gives a user another password. @throws AUTH_FILE_INVALID, INVALID_ARGUMENT */
export async function setPasswordCommand(
  name: string,
  options: AuthFileOption,
  terminal: Terminal,
): Promise<void> {
  // A user that there is not is said before anybody is asked for a password.
  setRole(readAuthFile(options.file), name, undefined);
  const password = await newPassword(terminal);
  change(options, (file) => setPassword(file, name, password));
  terminal.out(`${printable(name)} has a new password.\n`);
}

/** Gives a user a role, for everything or for one thing. @throws AUTH_FILE_INVALID, INVALID_ARGUMENT */
export function setRoleCommand(
  name: string,
  role: GrantedRole | 'default',
  options: AuthFileOption & { readonly experiment?: string; readonly model?: string },
  terminal: Terminal,
): void {
  const { experiment, model } = options;
  const scope: RoleScope = {
    ...(experiment === undefined ? {} : { experimentId: experiment }),
    ...(model === undefined ? {} : { model }),
  };
  change(options, (file) => setRole(file, name, role === 'default' ? undefined : role, scope));
  const things = [
    ...(experiment === undefined ? [] : [`the experiment ${experiment}`]),
    ...(model === undefined ? [] : [`the model ${model}`]),
  ];
  const where = things.length === 0 ? 'everything without a role of its own' : things.join(' and ');
  terminal.out(`${printable(name)}: ${role} for ${printable(where)}.\n`);
}

/** Makes a token and shows it, this once. @throws AUTH_FILE_INVALID, INVALID_ARGUMENT */
export function addTokenCommand(
  user: string,
  options: AuthFileOption & {
    readonly name: string;
    readonly days?: number;
    readonly role?: Role;
  },
  terminal: Terminal,
): void {
  const { file: path, name, days, role } = options;
  const nowMs = Date.now();
  const { file, token, id } = addToken(readAuthFile(path), user, {
    name,
    nowMs,
    ...(days === undefined ? {} : { expiresAtMs: nowMs + days * 24 * 60 * 60_000 }),
    ...(role === undefined ? {} : { role }),
  });
  writeAuthFile(path, file);
  // The token alone on the output, so that a script can take it.
  terminal.out(`${token}\n`);
  terminal.error(
    `Shown this once. Give it to clients as MLFLOW_TRACKING_TOKEN; take it back with: tidemark auth revoke ${id} --file ${path}\n`,
  );
}

/** Takes a token back; running servers refuse it within a second. @throws AUTH_FILE_INVALID, INVALID_ARGUMENT */
export function revokeCommand(id: string, options: AuthFileOption, terminal: Terminal): void {
  change(options, (file) => revokeToken(file, id));
  terminal.out(`The token ${printable(id)} is void.\n`);
}

/** Lists users and tokens, never what they log in with. @throws AUTH_FILE_INVALID */
export function listUsersCommand(
  options: AuthFileOption & { readonly json?: true },
  terminal: Terminal,
): void {
  const { users } = readAuthFile(options.file);
  if (options.json === true) {
    terminal.out(
      renderJson(
        users.map(({ password, tokens, ...user }) => ({
          ...user,
          hasPassword: password !== undefined,
          tokens: tokens.map(({ sha256, ...token }) => token),
        })),
      ),
    );
    return;
  }
  const style = styleOf(terminal);
  const rows = users.flatMap((user) => {
    const login = user.password === undefined ? '' : 'password';
    const exceptions = [
      ...Object.entries(user.experiments).map(([id, role]) => [`  experiment ${id}`, role]),
      ...Object.entries(user.models).map(([name, role]) => [`  model ${name}`, role]),
    ];
    return [
      [user.name, user.role, login, ''],
      ...exceptions,
      ...user.tokens.map((token) => [
        `  token ${token.id}`,
        token.role ?? '',
        token.name,
        expiry(token.expiresAtMs),
      ]),
    ];
  });
  terminal.out(
    renderTable(
      [
        { title: 'USER', flexible: true },
        { title: 'ROLE' },
        { title: 'LOGIN', flexible: true },
        { title: 'EXPIRY' },
      ],
      rows,
      { style, width: terminal.width },
    ),
  );
}

function expiry(expiresAtMs: number | undefined): string {
  if (expiresAtMs === undefined) return 'never expires';
  const day = new Date(expiresAtMs).toISOString().slice(0, 10);
  return expiresAtMs <= Date.now() ? `expired ${day}` : `expires ${day}`;
}

async function newPassword(terminal: Terminal): Promise<string> {
  return hashPassword(await readPassword(process.stdin, terminal));
}

function change({ file: path }: AuthFileOption, plan: (file: AuthFile) => AuthFile): void {
  writeAuthFile(path, plan(readAuthFile(path)));
}
