import { statSync } from 'node:fs';
import { accessTokenId, type TokenRecord } from './access-token.ts';
import { readAuthFile, type UserRecord } from './auth-file.ts';

/** How long a change of the file may go unnoticed. */
const LOOK_EACH_MS = 500;

/** A token and its user. */
export interface TokenOwner {
  readonly user: UserRecord;
  readonly token: TokenRecord;
}

/** Options of `UserDirectory`. */
export interface UserDirectoryOptions {
  readonly path: string;
  /**
   * Called when the file changed and cannot be used. The known users keep their access, because a mistake in
   * the file must not stop every training run.
   */
  readonly onError: (error: unknown) => void;
  readonly now?: () => number;
}

/**
 * The users and tokens of a file. It reads the file again when it changed, so that revoking a token or a role
 * needs no restart.
 */
export class UserDirectory {
  readonly #options: UserDirectoryOptions;
  readonly #now: () => number;
  #users: ReadonlyMap<string, UserRecord> = new Map();
  #tokens: ReadonlyMap<string, TokenOwner> = new Map();
  #seen: string;
  #lookedAtMs: number;

  /** Reads the file. @throws AUTH_FILE_INVALID */
  constructor(options: UserDirectoryOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    // The fingerprint comes first: a change in between is found the next time.
    this.#seen = fingerprint(options.path);
    this.#lookedAtMs = this.#now();
    this.#load();
  }

  /** Returns a user by name, from the file as it is now. */
  user(name: string): UserRecord | undefined {
    this.#refresh();
    return this.#users.get(name);
  }

  /** Returns the owner of a token by the id in it. You still have to check that it is that token. */
  tokenOwner(token: string): TokenOwner | undefined {
    const id = accessTokenId(token);
    if (id === undefined) return undefined;
    this.#refresh();
    return this.#tokens.get(id);
  }

  #refresh(): void {
    const nowMs = this.#now();
    if (Math.abs(nowMs - this.#lookedAtMs) < LOOK_EACH_MS) return;
    this.#lookedAtMs = nowMs;
    const seen = fingerprint(this.#options.path);
    if (seen === this.#seen) return;
    this.#seen = seen;
    try {
      this.#load();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #load(): void {
    const { users } = readAuthFile(this.#options.path);
    this.#users = new Map(users.map((user) => [user.name, user]));
    this.#tokens = new Map(
      users.flatMap((user) => user.tokens.map((token) => [token.id, { user, token }])),
    );
  }
}

/**
 * Returns a text that differs when the file was replaced or changed. The mode counts, since it decides
 * whether the file is used.
 */
function fingerprint(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return 'absent';
  return `${found.ino}/${found.size}/${found.mtimeNs}/${found.mode}`;
}
