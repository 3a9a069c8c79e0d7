import { TidemarkError } from '@tidemark/core';
import { steadyNowMs } from '../steady-clock.ts';
import { isTokenOf } from './access-token.ts';
import { addressGroup } from './address-group.ts';
import type { UserRecord } from './auth-file.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { LoginLimiter, type LoginLimits } from './login-limiter.ts';
import { verifyNothing, verifyPassword } from './password-hash.ts';
import type { Grants } from './role.ts';
import { UserDirectory } from './user-directory.ts';
import { VerifiedPasswords } from './verified-passwords.ts';

/** An authenticated user, and what they may do. */
export interface Identity {
  readonly name: string;
  readonly grants: Grants;
}

/** Options of `Authenticator`. */
export interface AuthenticatorOptions {
  /** The file that `tidemark auth` writes. */
  readonly path: string;
  /** Called when the file changed and cannot be used. See `UserDirectory`. */
  readonly onError: (error: unknown) => void;
  readonly limits?: { readonly address?: LoginLimits; readonly user?: LoginLimits };
  /** The time of day, for tokens that expire. Default `Date.now`. */
  readonly now?: () => number;
  /** The time for failures and remembered passwords, which no correction of the clock changes. */
  readonly steadyNow?: () => number;
}

const ADDRESS_LIMITS: LoginLimits = { burst: 10, forgivenEachMs: 6000 };
const USER_LIMITS: LoginLimits = { burst: 30, forgivenEachMs: 2000 };

/** Authenticates requests by the tokens and passwords of a file. */
export class Authenticator {
  readonly #directory: UserDirectory;
  readonly #verified: VerifiedPasswords;
  readonly #addresses: LoginLimiter;
  readonly #users: LoginLimiter;
  readonly #underWay = new Map<string, Promise<Identity>>();
  readonly #now: () => number;

  /** Reads the file. @throws AUTH_FILE_INVALID */
  constructor(options: AuthenticatorOptions) {
    const { limits = {}, now = Date.now, steadyNow = steadyNowMs } = options;
    this.#directory = new UserDirectory(options);
    this.#verified = new VerifiedPasswords(steadyNow);
    this.#addresses = new LoginLimiter(limits.address ?? ADDRESS_LIMITS, steadyNow);
    this.#users = new LoginLimiter(limits.user ?? USER_LIMITS, steadyNow);
    this.#now = now;
  }

  /**
   * Returns the user of a request with this Authorization header from this address. Every failure has the
   * same message, so that it reveals neither whether the user exists nor whether a token was once valid.
   * @throws UNAUTHENTICATED; TOO_MANY_ATTEMPTS with `details.retryAfterSeconds`
   */
  identify(authorization: string | undefined, address: string): Identity | Promise<Identity> {
    const credentials = readCredentials(authorization);
    if (credentials === undefined) throw unauthenticated();
    return this.#known(credentials) ?? this.#trying(credentials, address);
  }

  /** Checks and counts the credentials once, for a client that starts with many requests at the same time. */
  #trying(credentials: Credentials, address: string): Promise<Identity> {
    const attempt = JSON.stringify([address, credentials]);
    const underWay = this.#underWay.get(attempt);
    if (underWay !== undefined) return underWay;
    const tried = this.#tried(credentials, address).finally(() => this.#underWay.delete(attempt));
    this.#underWay.set(attempt, tried);
    return tried;
  }

  /** Returns a user without waiting if no slow check is needed. No limit applies to these logins. */
  #known(credentials: Credentials): Identity | undefined {
    if (credentials.kind === 'token') return this.#tokenIdentity(credentials.token);
    const { password } = credentials;
    const user = this.#directory.user(credentials.user);
    if (user?.password !== undefined && this.#verified.has(password, user.password)) {
      return identityOf(user);
    }
    const identity = this.#tokenIdentity(password);
    return identity?.name === credentials.user ? identity : undefined;
  }

  #tokenIdentity(text: string): Identity | undefined {
    const found = this.#directory.tokenOwner(text);
    if (found === undefined || !isTokenOf(text, found.token)) return undefined;
    const { expiresAtMs, role } = found.token;
    if (expiresAtMs !== undefined && this.#now() >= expiresAtMs) return undefined;
    return identityOf(found.user, role);
  }

  async #tried(credentials: Credentials, address: string): Promise<Identity> {
    const group = addressGroup(address);
    this.#count(this.#addresses, group);
    // A token has 256 random bits and no user to guess, so only the address is counted.
    if (credentials.kind === 'token') throw unauthenticated();
    this.#count(this.#users, credentials.user);
    const { password } = credentials;
    const user = this.#directory.user(credentials.user);
    const right =
      user?.password === undefined
        ? await verifyNothing(password)
        : await verifyPassword(password, user.password);
    if (!right || user?.password === undefined) throw unauthenticated();
    this.#addresses.succeeded(group);
    this.#users.succeeded(credentials.user);
    this.#verified.add(password, user.password);
    return identityOf(user);
  }

  #count(limiter: LoginLimiter, name: string): void {
    const waitMs = limiter.attempt(name);
    if (waitMs === 0) return;
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    throw new TidemarkError(
      'TOO_MANY_ATTEMPTS',
      `Too many logins failed. Try again in ${retryAfterSeconds} s, with the right credentials.`,
      { details: { retryAfterSeconds } },
    );
  }
}

function identityOf(user: UserRecord, ceiling?: Grants['ceiling']): Identity {
  const { name, role, experiments, models } = user;
  return {
    name,
    grants: { role, experiments, models, ...(ceiling === undefined ? {} : { ceiling }) },
  };
}

function unauthenticated(): TidemarkError {
  return new TidemarkError(
    'UNAUTHENTICATED',
    'You are not authenticated. Set MLFLOW_TRACKING_TOKEN to a token of `tidemark auth add-token`, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, and check that they are neither expired nor revoked.',
  );
}
