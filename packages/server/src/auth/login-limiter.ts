import { steadyNowMs } from '../steady-clock.ts';

/** How many logins may fail in a row, and how fast failures are forgiven. */
export interface LoginLimits {
  /** Failures that are allowed in a row. Default 10 for an address, 30 for a user. */
  readonly burst: number;
  /** One failure is forgiven after this many milliseconds. Default 6,000 for an address, 2,000 for a user. */
  readonly forgivenEachMs: number;
}

/** The most names that are remembered. The one not seen for the longest time is forgotten first. */
const REMEMBERED = 10_000;

interface Account {
  /** Failures that are not forgiven yet, as of `atMs`. */
  readonly failures: number;
  readonly atMs: number;
}

/**
 * Counts failed logins of each address or user in a leaking bucket. Its memory is bounded: an attacker with
 * more addresses than it remembers makes it forget, and gains the time of one entry each.
 */
export class LoginLimiter {
  readonly #limits: LoginLimits;
  readonly #now: () => number;
  readonly #accounts = new Map<string, Account>();

  constructor(limits: LoginLimits, now: () => number = steadyNowMs) {
    this.#limits = limits;
    this.#now = now;
  }

  /**
   * Counts an attempt before it is made, because attempts at the same time must not all pass. Returns 0, or
   * the milliseconds to wait when there were too many. Call `succeeded` to take the count back.
   */
  attempt(name: string): number {
    const failures = this.#failures(name);
    const { burst, forgivenEachMs } = this.#limits;
    if (failures + 1 > burst) return Math.ceil((failures + 1 - burst) * forgivenEachMs);
    this.#remember(name, failures + 1);
    return 0;
  }

  /** Takes back the count of an attempt that succeeded. */
  succeeded(name: string): void {
    const failures = this.#failures(name) - 1;
    if (failures > 0) this.#remember(name, failures);
    else this.#accounts.delete(name);
  }

  #failures(name: string): number {
    const account = this.#accounts.get(name);
    if (account === undefined) return 0;
    const forgiven = (this.#now() - account.atMs) / this.#limits.forgivenEachMs;
    return Math.max(0, account.failures - forgiven);
  }

  #remember(name: string, failures: number): void {
    this.#accounts.delete(name);
    this.#accounts.set(name, { failures, atMs: this.#now() });
    if (this.#accounts.size > REMEMBERED) {
      const oldest = this.#accounts.keys().next();
      if (oldest.done !== true) this.#accounts.delete(oldest.value);
    }
  }
}
