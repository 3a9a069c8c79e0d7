import { createHash } from 'node:crypto';
import { steadyNowMs } from '../steady-clock.ts';
import { invalidParameter } from './wire-error.ts';

/** The header with which a client marks one intent, however often it sends the request. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';

/** Limits of `IdempotentAnswers`. */
export interface IdempotencyLimits {
  /** The most answers. Beyond that the oldest is dropped. Default 10,000. */
  readonly answers?: number;
  /** The most characters of all answers together. Beyond that the oldest are dropped. Default 64 Mi. */
  readonly characters?: number;
  /** How long an answer is kept, in milliseconds. Default 24 hours. */
  readonly keptMs?: number;
}

/** One request with a key. */
export interface KeyedRequest {
  readonly key: string;
  /** The caller and the route. The same key of two callers, or for two routes, is two keys. */
  readonly scope: string;
  /** The content of the request, as JSON. */
  readonly message: unknown;
}

interface Kept {
  readonly messageHash: string;
  readonly answer: Promise<unknown>;
  readonly sinceMs: number;
  characters: number;
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Answers a repeated request with the same key like the first one, even when both are active at the same time, so
 * that a repeated create creates one thing. The answer to a failed request is not kept, and the next one runs
 * again. Answers are kept in memory and end with the process.
 */
export class IdempotentAnswers {
  readonly #answers: number;
  readonly #characters: number;
  readonly #keptMs: number;
  /** In the order of their first request. */
  readonly #kept = new Map<string, Kept>();
  #keptCharacters = 0;

  constructor({
    answers = 10_000,
    characters = 64 * 1024 * 1024,
    keptMs = 24 * 3_600_000,
  }: IdempotencyLimits = {}) {
    this.#answers = answers;
    this.#characters = characters;
    this.#keptMs = keptMs;
  }

  /**
   * Returns the kept answer of a request, or runs `act` and keeps its answer.
   * @throws WireError for an invalid key, or one that was used for another request; the errors of `act`
   */
  async answer({ key, scope, message }: KeyedRequest, act: () => unknown): Promise<unknown> {
    if (!KEY.test(key)) {
      throw invalidParameter(
        'The header Idempotency-Key is not valid. Give 1 to 255 visible ASCII characters without blanks.',
      );
    }
    const oldestMs = steadyNowMs() - this.#keptMs;
    this.#forgetWhile(({ sinceMs }) => sinceMs <= oldestMs);
    const place = JSON.stringify([scope, key]);
    const messageHash = createHash('sha256').update(JSON.stringify(message)).digest('base64');
    const known = this.#kept.get(place);
    if (known !== undefined) {
      if (known.messageHash === messageHash) return known.answer;
      throw invalidParameter(
        `The Idempotency-Key ${JSON.stringify(key)} was used for another request. Give each request its own key.`,
      );
    }
    this.#forgetWhile(() => this.#kept.size >= this.#answers);
    const answer = (async () => act())();
    const kept: Kept = { messageHash, answer, sinceMs: steadyNowMs(), characters: 0 };
    this.#kept.set(place, kept);
    answer.then(
      (given) => {
        if (this.#kept.get(place) !== kept) return;
        kept.characters = JSON.stringify(given ?? {}).length;
        this.#keptCharacters += kept.characters;
        this.#forgetWhile(() => this.#keptCharacters > this.#characters);
      },
      () => {
        if (this.#kept.get(place) === kept) this.#kept.delete(place);
      },
    );
    return answer;
  }

  /** Drops the oldest answers while `isTooMuch` holds for the oldest. */
  #forgetWhile(isTooMuch: (oldest: Kept) => boolean): void {
    for (const [place, kept] of this.#kept) {
      if (!isTooMuch(kept)) return;
      this.#kept.delete(place);
      this.#keptCharacters -= kept.characters;
    }
  }
}
