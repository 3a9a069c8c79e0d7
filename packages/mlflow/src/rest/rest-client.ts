import { TidemarkError } from '@tidemark/core';
import type { z } from 'zod';
import { CLAIMED_NAME_HEADER, formatClaimedName } from './claimed-name.ts';
import type { RequestSubject } from './error-codes.ts';
import { sendGuarded } from './follow-redirect.ts';
import { TIDEMARK_FIELDS_HEADER } from './messages/run.ts';
import { parseRestAddress, type RestAddress, type RestCredentials } from './rest-address.ts';
import { type Attempt, delayBeforeRetry, type RetryPolicy } from './retry.ts';
import { parseJson, refusalOf, shownText } from './server-answer.ts';

/** Address, credentials and limits for requests to a server. */
export interface RestClientOptions extends RestCredentials, RetryPolicy {
  /** The server's address, such as `http://127.0.0.1:5000`. */
  readonly uri: string;
  /**
   * The timeout of one attempt, in milliseconds, until its response starts. While a stream is sent, the time without
   * progress. Default 120,000.
   */
  readonly timeoutMs?: number;
  /** Default: the platform's own. */
  readonly fetch?: typeof fetch;
}

/** A query string: absent values are left out, and lists repeat their name. */
export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** A call of MLflow's API. */
export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/2.0`, such as `/mlflow/runs/get`. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** The subject of the request. It decides the meaning of the answer "does not exist". */
  readonly subject: RequestSubject;
  /**
   * Whether the call may be repeated without a second effect. Default true; false for a call that creates something
   * under a new id.
   */
  readonly repeatable?: boolean;
  /** The user name that the caller claims; a server without logins records it. */
  readonly claimedName?: string;
}

/** A call whose request or response has bytes. */
export interface BytesRequest {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  /** `root` for a path that is not below `/api/2.0`. */
  readonly at?: 'root';
  readonly content?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that are returned to the caller and are not errors. */
  readonly accept?: readonly number[];
}

const API = '/api/2.0';
const DEFAULT_TIMEOUT_MS = 120_000;

/** HTTP with one server: credentials, timeouts, retries, errors. */
export class RestClient {
  /** The server's address, without credentials. */
  readonly baseUrl: string;
  readonly #address: RestAddress;
  readonly #options: RestClientOptions;
  readonly #fetch: typeof fetch;

  /** Parses the address. @throws STORE_URI_UNSUPPORTED */
  constructor(options: RestClientOptions) {
    this.#address = parseRestAddress(options.uri, options);
    this.baseUrl = this.#address.baseUrl;
    this.#options = options;
    // A browser's fetch must be called as a plain function, not as a method of another object.
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /**
   * Makes a call and reads its response.
   * @throws SERVER_UNREACHABLE, SERVER_FAILED, SERVER_UNSUITABLE, UNAUTHENTICATED, PERMISSION_DENIED, and the codes
   * for refused requests (`tidemarkErrorCode`)
   */
  async call<Answer>(request: RestRequest, schema: z.ZodType<Answer>): Promise<Answer> {
    const { method, path, query, body, repeatable = true, claimedName = '' } = request;
    const { response, text } = await this.#sendAndRead(
      `${API}${path}${queryText(query)}`,
      {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(claimedName === '' ? {} : { [CLAIMED_NAME_HEADER]: formatClaimedName(claimedName) }),
        },
      },
      repeatable,
    );
    if (!response.ok) {
      throw refusalOf(this.baseUrl, { status: response.status, text }, request);
    }
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new TidemarkError(
      parseJson(text) === undefined ? 'SERVER_UNSUITABLE' : 'SERVER_FAILED',
      `${this.baseUrl} answered ${path} with something that cannot be read (${shownText(text)}). Check that the address is that of an MLflow or Tidemark server.`,
      { cause: parsed.error },
    );
  }

  /**
   * Sends or receives bytes. A status other than 2xx or one of `accept` is an error.
   * @throws the errors of `call`
   */
  async bytes(request: BytesRequest): Promise<Response> {
    const { method, path, at, content, headers = {}, accept = [] } = request;
    const streamed = content instanceof ReadableStream;
    const response = await this.#send(
      at === 'root' ? path : `${API}${path}`,
      {
        method,
        headers: {
          ...headers,
          ...(content === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        },
        ...(content === undefined ? {} : { body: content }),
        // Node's fetch requires it for a streamed body, and the DOM types lack it.
        ...(streamed ? ({ duplex: 'half' } as RequestInit) : {}),
      },
      !streamed,
      accept,
    );
    if (response.ok || accept.includes(response.status)) return response;
    const answer = { status: response.status, text: await this.#bodyText(response) };
    throw refusalOf(this.baseUrl, answer, { path, subject: 'artifact' });
  }

  /** Returns the status of a call without its response, to find out what a server supports. */
  async probe(absolutePath: string): Promise<{ status: number; json: unknown }> {
    const { response, text } = await this.#sendAndRead(absolutePath, { method: 'GET' }, true);
    return { status: response.status, json: parseJson(text) };
  }

  /**
   * Waits before the retry of a request whose connection broke `failures` times.
   * @throws SERVER_UNREACHABLE if there are no more retries
   */
  async pauseBeforeRetry(failures: number, cause: unknown, repeatable = true): Promise<void> {
    const code = systemCode(cause);
    const attempt: Attempt = { outcome: 'no-answer', code };
    const delayMs = delayBeforeRetry(attempt, { repeatable, failures }, this.#options);
    if (delayMs === undefined) throw this.#unreachable(code, cause);
    await sleep(delayMs);
  }

  /**
   * Sends a request and reads its response. A response that breaks off does not count, and the request is retried
   * if that is safe.
   */
  #sendAndRead(
    path: string,
    init: RequestInit,
    repeatable: boolean,
  ): Promise<{ response: Response; text: string }> {
    return this.#repeated(repeatable, [], async () => {
      const response = await this.#sendOnce(path, init);
      return { response, text: await response.text() };
    });
  }

  async #send(
    path: string,
    init: RequestInit,
    repeatable: boolean,
    accept: readonly number[],
  ): Promise<Response> {
    const { response } = await this.#repeated(repeatable, accept, async () => ({
      response: await this.#sendOnce(path, init),
    }));
    return response;
  }

  async #repeated<Received extends { readonly response: Response }>(
    repeatable: boolean,
    accept: readonly number[],
    receive: () => Promise<Received>,
  ): Promise<Received> {
    for (let failures = 1; ; failures += 1) {
      let received: Received;
      try {
        received = await receive();
      } catch (error) {
        if (error instanceof TidemarkError) throw error;
        await this.pauseBeforeRetry(failures, error, repeatable);
        continue;
      }
      const { response } = received;
      if (response.ok || accept.includes(response.status)) return received;
      const attempt: Attempt = {
        outcome: 'answered',
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
      };
      const delayMs = delayBeforeRetry(attempt, { repeatable, failures }, this.#options);
      if (delayMs === undefined) return received;
      if (!response.bodyUsed) await response.body?.cancel();
      await sleep(delayMs);
    }
  }

  async #sendOnce(path: string, init: RequestInit): Promise<Response> {
    const { authorization } = this.#address;
    const timeout = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const startTimer = (): void => {
      clearTimeout(timer);
      timer = setTimeout(
        () => timeout.abort(new DOMException('no answer in time', 'TimeoutError')),
        this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      );
    };
    startTimer();
    try {
      return await sendGuarded(this.#fetch, `${this.baseUrl}${path}`, {
        ...init,
        ...(init.body instanceof ReadableStream
          ? { body: init.body.pipeThrough(watched(startTimer)) }
          : {}),
        headers: {
          ...init.headers,
          [TIDEMARK_FIELDS_HEADER]: '1',
          ...(authorization === undefined ? {} : { authorization }),
        },
        signal: timeout.signal,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async #bodyText(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (cause) {
      throw this.#unreachable(systemCode(cause), cause);
    }
  }

  #unreachable(code: string | undefined, cause: unknown): TidemarkError {
    return new TidemarkError(
      'SERVER_UNREACHABLE',
      `The tracking server ${this.baseUrl} cannot be reached${code === undefined ? '' : ` (${code})`}. Check the address and that the server runs.`,
      { cause, details: { baseUrl: this.baseUrl } },
    );
  }
}

/** Returns a query as it follows a path; empty if every value is absent. */
export function queryText(query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) params.append(name, String(item));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * Returns the system's code of an error, which Node's fetch puts in the cause of a TypeError. A browser has none.
 */
function systemCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if (at.name === 'TimeoutError') return 'ETIMEDOUT';
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError) {
      const inner = at.errors.map(systemCode).find((code) => code !== undefined);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

/** Returns the same stream, with a call for each piece that is sent. */
function watched(onPiece: () => void): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(piece, controller) {
      onPiece();
      controller.enqueue(piece);
    },
  });
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
