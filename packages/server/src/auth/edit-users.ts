import { assertArguments, TidemarkError } from '@tidemark/core';
import { newAccessToken, type TokenDraft } from './access-token.ts';
import { type AuthFile, assertAuthFile, USER_NAME, type UserRecord } from './auth-file.ts';
import type { GrantedRole } from './role.ts';

/**
 * The scope of a role: one experiment by its id, one registered model by its name, or everything when empty.
 */
export interface RoleScope {
  readonly experimentId?: string;
  readonly model?: string;
}

/**
 * Returns the file with a new user.
 * @throws INVALID_ARGUMENT when the name exists or is not allowed
 *
 * @example
 * ```ts
 * const users = addUser(readAuthFile('users.json'), { name: 'ada', role: 'writer' });
 * const { file, token } = addToken(users, 'ada', { name: 'laptop', nowMs: Date.now() });
 * writeAuthFile('users.json', file);
 * console.log(token); // give it to ada: the file has only its hash
 * ```
 */
export function addUser(
  file: AuthFile,
  draft: { readonly name: string; readonly role: GrantedRole; readonly password?: string },
): AuthFile {
  assertAuthFile(file);
  assertArguments({ draft }, 'addUser', { draft: 'record' });
  assertArguments(draft, 'addUser', { name: 'string', role: 'string', password: 'string?' });
  const { name } = draft;
  if (!USER_NAME.test(name)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The user name ${JSON.stringify(name)} is not allowed: give up to 100 characters, no blanks and no colon.`,
    );
  }
  if (file.users.some((user) => user.name === name)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The user ${name} exists already. Change it with: tidemark auth set-role, or set-password`,
    );
  }
  return edited([...file.users, { ...draft, experiments: {}, models: {}, tokens: [] }]);
}

/** Returns the file without a user and their tokens. @throws INVALID_ARGUMENT when the user does not exist */
export function removeUser(file: AuthFile, name: string): AuthFile {
  findUser(file, name);
  return edited(file.users.filter((user) => user.name !== name));
}

/**
 * Returns the file with another password for a user.
 * @param password a hash from `hashPassword`
 * @throws INVALID_ARGUMENT when the user does not exist
 */
export function setPassword(file: AuthFile, name: string, password: string): AuthFile {
  return changeUser(file, name, (user) => ({ ...user, password }));
}

/**
 * Returns the file with another role for a user, for everything or in one scope. `undefined` removes the role
 * of that scope.
 * @throws INVALID_ARGUMENT when the user does not exist
 */
export function setRole(
  file: AuthFile,
  name: string,
  role: GrantedRole | undefined,
  scope: RoleScope = {},
): AuthFile {
  assertArguments({ scope }, 'setRole', { scope: 'record' });
  assertArguments(scope, 'setRole', { experimentId: 'string?', model: 'string?' });
  const { experimentId, model } = scope;
  return changeUser(file, name, (user) => {
    if (experimentId === undefined && model === undefined) {
      return role === undefined ? user : { ...user, role };
    }
    return {
      ...user,
      experiments:
        experimentId === undefined
          ? user.experiments
          : granted(user.experiments, experimentId, role),
      models: model === undefined ? user.models : granted(user.models, model, role),
    };
  });
}

/**
 * Returns the file with a new token for a user, the token, and its id. The token is stored nowhere: show it
 * now.
 * @throws INVALID_ARGUMENT when the user does not exist
 */
export function addToken(
  file: AuthFile,
  userName: string,
  draft: TokenDraft,
): { file: AuthFile; token: string; id: string } {
  assertArguments({ draft }, 'addToken', { draft: 'record' });
  assertArguments(draft, 'addToken', {
    name: 'string',
    nowMs: 'number',
    expiresAtMs: 'number?',
    role: 'string?',
  });
  const { token, record } = newAccessToken(draft);
  const changed = changeUser(file, userName, (user) => ({
    ...user,
    tokens: [...user.tokens, record],
  }));
  return { file: changed, token, id: record.id };
}

/** Returns the file without a token. @throws INVALID_ARGUMENT when no user has it */
export function revokeToken(file: AuthFile, id: string): AuthFile {
  assertAuthFile(file);
  assertArguments({ id }, 'revokeToken', { id: 'string' });
  if (!file.users.some(({ tokens }) => tokens.some((token) => token.id === id))) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `No user has a token with the id ${JSON.stringify(id)}. List them with: tidemark auth list`,
    );
  }
  return {
    users: file.users.map((user) => ({
      ...user,
      tokens: user.tokens.filter((token) => token.id !== id),
    })),
  };
}

function changeUser(
  file: AuthFile,
  name: string,
  change: (user: UserRecord) => UserRecord,
): AuthFile {
  findUser(file, name);
  return edited(file.users.map((user) => (user.name === name ? change(user) : user)));
}

/**
 * Returns the changed file after checking that it can be read back. An invalid role, for example, is refused.
 */
function edited(users: readonly UserRecord[]): AuthFile {
  assertAuthFile({ users });
  return { users };
}

function findUser(file: AuthFile, name: string): UserRecord {
  assertAuthFile(file);
  assertArguments({ name }, 'a change of users', { name: 'string' });
  const user = file.users.find((candidate) => candidate.name === name);
  if (user !== undefined) return user;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `There is no user ${JSON.stringify(name)}. List them with: tidemark auth list`,
  );
}

function granted(
  grants: Readonly<Record<string, GrantedRole>>,
  key: string,
  role: GrantedRole | undefined,
): Readonly<Record<string, GrantedRole>> {
  const others = Object.entries(grants).filter(([other]) => other !== key);
  return Object.fromEntries(role === undefined ? others : [...others, [key, role]]);
}
