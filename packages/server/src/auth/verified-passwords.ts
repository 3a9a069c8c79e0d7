import { createHmac, randomBytes } from 'node:crypto';
import { steadyNowMs } from '../steady-clock.ts';

const KEPT_MS = 5 * 60_000;
const KEPT_AT_MOST = 1000;

/**
 * Remembers correct passwords for five minutes, so that a client that sends its password with every request
 * does not wait for scrypt each time. It keeps a keyed hash of the password and of the hash it was checked
 * against, never the password: a changed password is no longer found.
 */
export class VerifiedPasswords {
  readonly #key = randomBytes(32);
  readonly #untilMs = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = steadyNowMs) {
    this.#now = now;
  }

  /** Whether this password was verified against this hash a short time ago. */
  has(password: string, stored: string): boolean {
    const id = this.#id(password, stored);
    const untilMs = this.#untilMs.get(id);
    if (untilMs === undefined) return false;
    if (this.#now() < untilMs) return true;
    this.#untilMs.delete(id);
    return false;
  }

  /** Remembers for a short time that the password matches the hash. */
  add(password: string, stored: string): void {
    const id = this.#id(password, stored);
    this.#untilMs.delete(id);
    this.#untilMs.set(id, this.#now() + KEPT_MS);
    if (this.#untilMs.size > KEPT_AT_MOST) {
      const oldest = this.#untilMs.keys().next();
      if (oldest.done !== true) this.#untilMs.delete(oldest.value);
    }
  }

  #id(password: string, stored: string): string {
    return createHmac('sha256', this.#key).update(`${stored}\0${password}`).digest('base64');
  }
}
