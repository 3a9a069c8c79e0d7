import { MemoryStore } from '@tidemark/core';
import { expect, onTestFinished } from 'vitest';
import type { AppOptions } from '../app.ts';
import { createServer } from '../server.ts';

// biome-ignore lint/suspicious/noExplicitAny: the JSON of an answer; tests read it field by field
type Json = any;

/** A client of a server that listens for one test. */
export interface Client {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON, or nothing with GET, and returns the status and the JSON of the answer. */
  send(method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }>;
  /** Like `send`, but fails unless the status is 200. */
  get(path: string): Promise<Json>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Json>;
  put(path: string, content: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server on a free port. It is closed when the test ends. */
export async function serve(options: Partial<AppOptions> = {}): Promise<Client> {
  const server = await createServer({ store: new MemoryStore(), ...options });
  onTestFinished(() => server.close());
  const address = await server.listen({ port: 0 });

  async function exchange(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; json: Json }> {
    const answer = await fetch(`${address}${path}`, {
      method,
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', ...headers },
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: answer.status, json: isJson ? JSON.parse(text) : text };
  }

  async function succeed(...request: Parameters<typeof exchange>): Promise<Json> {
    const { status, json } = await exchange(...request);
    expect([status, json]).toEqual([200, json]);
    return json;
  }

  return {
    fetch: (path, init) => fetch(`${address}${path}`, init),
    send: exchange,
    get: (path) => succeed('GET', path),
    post: (path, body, headers) => succeed('POST', path, body, headers),
    async put(path, content) {
      const answer = await fetch(`${address}${path}`, { method: 'PUT', body: content as BodyInit });
      expect(answer.status).toBe(200);
    },
    close: () => server.close(),
  };
}
