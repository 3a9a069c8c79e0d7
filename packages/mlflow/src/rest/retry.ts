/** How requests are retried. */
export interface RetryPolicy {
  /** How many retries a request has after its first failure. Default 5. */
  readonly retries?: number;
  /** The wait before the first retry, in milliseconds. It doubles each time. Default 500. */
  readonly firstDelayMs?: number;
}

const DEFAULT_RETRIES = 5;
const DEFAULT_FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/** The statuses after which MLflow's client retries a request (utils/request_utils.py). */
const REPEATABLE_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Errors of Node which mean that there was no connection, so nothing can have arrived. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The outcome of one attempt. */
export type Attempt =
  | { readonly outcome: 'answered'; readonly status: number; readonly retryAfter: string | null }
  /** No response. `code` is the system's, if there is one. */
  | { readonly outcome: 'no-answer'; readonly code: string | undefined };

/**
 * Returns the wait before a request is retried, or `undefined` if it must not be retried. An idempotent request is
 * retried after every temporary error. Another request is retried only if the server certainly did not execute it:
 * there was no connection, or the server refused it because of its rate (429).
 */
export function delayBeforeRetry(
  attempt: Attempt,
  request: { readonly repeatable: boolean; readonly failures: number },
  policy: RetryPolicy,
  random: () => number = Math.random,
): number | undefined {
  const { retries = DEFAULT_RETRIES, firstDelayMs = DEFAULT_FIRST_DELAY_MS } = policy;
  if (request.failures > retries || !mayRepeat(attempt, request.repeatable)) return undefined;
  const longest = Math.min(firstDelayMs * 2 ** (request.failures - 1), LONGEST_DELAY_MS);
  if (attempt.outcome === 'answered') {
    const asked = retryAfterMs(attempt.retryAfter);
    // A busy server gives all clients the same time, and would be as busy if all came back then.
    if (asked !== undefined) return Math.min(asked, LONGEST_DELAY_MS) + random() * longest;
  }
  // Between half and the full time, so that clients that failed together do not retry together.
  return longest / 2 + (random() * longest) / 2;
}

function mayRepeat(attempt: Attempt, repeatable: boolean): boolean {
  if (attempt.outcome === 'answered') {
    return repeatable ? REPEATABLE_STATUSES.has(attempt.status) : attempt.status === 429;
  }
  return repeatable || (attempt.code !== undefined && NOT_SENT.has(attempt.code));
}

/** Parses Retry-After: seconds, or the date of RFC 9110. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
