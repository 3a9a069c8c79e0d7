import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { TidemarkError } from '@tidemark/core';
import { type AddressRules, checkedLookup, isPublicAddress } from './public-address.ts';

/** One attempt to deliver. */
export interface Attempt {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Aborts the attempt, in addition to `timeoutMs`. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** The answer of the receiver. */
export interface AttemptAnswer {
  readonly status: number;
  /** At most the first 64 KiB. */
  readonly body: string;
  /** The wait that its Retry-After asks for. */
  readonly retryAfterMs?: number;
}

/** Sends one attempt. It rejects when no answer arrives. */
export type Send = (attempt: Attempt) => Promise<AttemptAnswer>;

const LONGEST_ANSWER_BYTES = 64 * 1024;

/**
 * Returns a function that sends attempts over HTTPS. Each has its own connection to an address that is checked when
 * it is resolved. Redirects count as failures and are not followed, because they could lead anywhere. Clients'
 * requests have another guard (decision 51).
 * @param authorities certificates (PEM) to trust in addition to those of the system
 */
export function senderOf(rules: AddressRules, authorities?: string): Send {
  const lookup = checkedLookup(rules);
  return async ({ url: address, headers, body, signal, timeoutMs }) => {
    const url = new URL(address);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // A literal address is not resolved, and the rules may have changed since it was set.
    const closed = url.protocol !== 'https:' || (isIP(host) !== 0 && !isPublicAddress(host));
    if (!rules.allowPrivate && closed) {
      throw new TidemarkError(
        'WEBHOOK_URL_FORBIDDEN',
        `The webhook URL ${url.origin} is not https, or not a public address.`,
      );
    }
    const options: RequestOptions & { ca?: string } = {
      method: 'POST',
      headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
      agent: false,
      lookup,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ...(authorities === undefined ? {} : { ca: authorities }),
    };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      send(url, options, resolve).on('error', reject).end(body);
    });
    return readAnswer(answer);
  };
}

async function readAnswer(answer: IncomingMessage): Promise<AttemptAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= LONGEST_ANSWER_BYTES) break;
  }
  answer.destroy();
  const retryAfterMs = readRetryAfter(answer.headers['retry-after']);
  return {
    status: answer.statusCode ?? 0,
    body: Buffer.concat(chunks).subarray(0, LONGEST_ANSWER_BYTES).toString('utf8'),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Parses seconds or a date (RFC 9110, 10.2.3). */
function readRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - Date.now());
}
