import { TidemarkError } from '@tidemark/core';
import type { z } from 'zod';
import { type RequestSubject, tidemarkErrorCode } from './error-codes.ts';
import { TIDEMARK_FIELDS_HEADER } from './messages/run.ts';
import { parseRestAddress, type RestAddress, type RestCredentials } from './rest-address.ts';
import { type Attempt, delayBeforeRetry, type RetryPolicy } from './retry.ts';

/** How a server is spoken to. */
export interface RestClientOptions extends RestCredentials, RetryPolicy {
  /** The server's address, such as `http://127.0.0.1:5000`. */
  readonly uri: string;
  /**
   * How long one attempt may take until its answer begins, in milliseconds; while a stream is sent, how
   * long nothing of it may go. Default 120,000.
   */
  readonly timeoutMs?: number;
  /** Default: the platform's own. */
  readonly fetch?: typeof fetch;
}

/** A query: absent values are left out, lists repeat their name. */
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
  /** What is asked about: decides what an answer "does not exist" means. */
  readonly subject: RequestSubject;
  /** Whether doing it twice is the same as once. Default true; false for what creates under a fresh id. */
  readonly repeatable?: boolean;
}

/** A call with a body of bytes or an answer of bytes. */
export interface BytesRequest {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly content?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** Also returned: these are for the caller to judge. */
  readonly accept?: readonly number[];
}

const API = '/api/2.0';
const DEFAULT_TIMEOUT_MS = 120_000;
/** How much of an answer that is no JSON is looked at. */
const SHOWN_LENGTH = 300;

/** Speaks HTTP with one server: credentials, time-outs, repetitions, errors. */
export class RestClient {
  /** The server's address, without credentials. */
  readonly baseUrl: string;
  readonly #address: RestAddress;
  readonly #options: RestClientOptions;
  readonly #fetch: typeof fetch;

  /** @throws STORE_URI_UNSUPPORTED */
  constructor(options: RestClientOptions) {
    this.#address = parseRestAddress(options.uri, options);
    this.baseUrl = this.#address.baseUrl;
    this.#options = options;
    // A browser's fetch insists on being called on nothing but the window.
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /**
   * Makes a call and reads its answer.
   * @throws SERVER_UNREACHABLE, SERVER_FAILED, SERVER_UNSUITABLE, UNAUTHENTICATED, PERMISSION_DENIED,
   * and the codes of what the server refuses (`tidemarkErrorCode`)
   */
  async call<Answer>(request: RestRequest, schema: z.ZodType<Answer>): Promise<Answer> {
    const { method, path, query, body, repeatable = true } = request;
    const response = await this.#send(
      `${API}${path}${queryText(query)}`,
      {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
      },
      repeatable,
    );
    const text = await this.#bodyText(response);
    if (!response.ok) throw this.#refusal(response.status, text, request);
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new TidemarkError(
      parseJson(text) === undefined ? 'SERVER_UNSUITABLE' : 'SERVER_FAILED',
      `${this.baseUrl} gave an answer to ${path} that cannot be understood (${text.slice(0, SHOWN_LENGTH)}). Check that the address is that of an MLflow or Tidemark server.`,
      { cause: parsed.error },
    );
  }

  /**
   * Sends or asks for bytes; an answer of another status than 2xx or one of `accept` is an error.
   * @throws as `call`
   */
  async bytes(request: BytesRequest): Promise<Response> {
    const { method, path, content, accept = [] } = request;
    const streamed = content instanceof ReadableStream;
    const response = await this.#send(
      `${API}${path}`,
      {
        method,
        headers: content === undefined ? {} : { 'content-type': 'application/octet-stream' },
        ...(content === undefined ? {} : { body: content }),
        // Node's fetch demands it of a streamed body; the types of the DOM do not know it.
        ...(streamed ? ({ duplex: 'half' } as RequestInit) : {}),
      },
      !streamed,
      accept,
    );
    if (response.ok || accept.includes(response.status)) return response;
    throw this.#refusal(response.status, await this.#bodyText(response), {
      path,
      subject: 'artifact',
    });
  }

  /** The status of a call, whose answer is thrown away; for finding out what a server can do. */
  async probe(absolutePath: string): Promise<{ status: number; json: unknown }> {
    const response = await this.#send(absolutePath, { method: 'GET' }, true);
    return { status: response.status, json: parseJson(await this.#bodyText(response)) };
  }

  async #send(
    path: string,
    init: RequestInit,
    repeatable: boolean,
    accept: readonly number[] = [],
  ): Promise<Response> {
    for (let failures = 1; ; failures += 1) {
      let attempt: Attempt;
      let cause: unknown;
      try {
        const response = await this.#sendOnce(path, init);
        if (response.ok || accept.includes(response.status)) return response;
        attempt = {
          outcome: 'answered',
          status: response.status,
          retryAfter: response.headers.get('retry-after'),
        };
        const delayMs = delayBeforeRetry(attempt, { repeatable, failures }, this.#options);
        if (delayMs === undefined) return response;
        await response.body?.cancel();
        await sleep(delayMs);
        continue;
      } catch (error) {
        if (error instanceof TidemarkError) throw error;
        cause = error;
        attempt = { outcome: 'no-answer', code: systemCode(error) };
      }
      const delayMs = delayBeforeRetry(attempt, { repeatable, failures }, this.#options);
      if (delayMs === undefined) throw this.#unreachable(attempt.code, cause);
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
      return await this.#fetch(`${this.baseUrl}${path}`, {
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

  #refusal(
    status: number,
    text: string,
    request: { path: string; subject: RequestSubject },
  ): TidemarkError {
    const { error_code, message } = (parseJson(text) ?? {}) as Record<string, unknown>;
    const errorCode = typeof error_code === 'string' ? error_code : '';
    const said = typeof message === 'string' ? message : text.slice(0, SHOWN_LENGTH);
    const code = tidemarkErrorCode({ status, errorCode, message: said }, request.subject);
    return new TidemarkError(code, refusalText(code, this.baseUrl, status, said), {
      details: { status, errorCode, path: request.path },
    });
  }
}

function refusalText(code: string, baseUrl: string, status: number, said: string): string {
  switch (code) {
    case 'UNAUTHENTICATED':
      return `${baseUrl} asks for credentials, or refuses those given. Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.`;
    case 'SERVER_UNSUITABLE':
      return `${baseUrl} does not serve this part of MLflow's REST API (status ${status}). Check that the address is that of an MLflow or Tidemark server, and that it is new enough.`;
    case 'SERVER_FAILED':
      return `${baseUrl} answered with status ${status}: ${said}. Look into the server's log.`;
    default:
      return `${baseUrl}: ${said}`;
  }
}

function queryText(query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) params.append(name, String(item));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Also an answer such as a proxy's page: its reader decides what that means.
    return undefined;
  }
}

/** Node's fetch hides the system's code in the cause of a TypeError; a browser says none. */
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

/** A stream as it is, and a call for each piece that goes. */
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
