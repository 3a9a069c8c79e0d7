import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Store } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { onTestFinished } from 'vitest';
import type { Role } from '../access/access.ts';
import { type AuthFile, writeAuthFile } from '../auth/auth-file.ts';
import { addToken, addUser, setRole } from '../auth/edit-users.ts';
import type { GrantedRole } from '../auth/role.ts';
import { createOperatedServer, type OperatedServerOptions } from '../operated-server.ts';

/** A user to create: a role for everything, and others for single things. */
export interface TestUser {
  readonly role: GrantedRole;
  readonly experiments?: Readonly<Record<string, GrantedRole>>;
  readonly models?: Readonly<Record<string, GrantedRole>>;
}

/** An answer, as it arrived over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request to send byte for byte, because clients clean paths before they send them. */
export interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A running server over a file store, with users, and everything it wrote to its log. */
export interface AttackedServer {
  readonly address: string;
  /** The folder of the store. The server must not touch other files in its parent folder. */
  readonly folder: string;
  readonly log: readonly string[];
  /** The store of the server. */
  readonly store: Store;
  /** Returns the Authorization header of a user. */
  as(user: string): { readonly authorization: string };
  send(method: string, path: string, sending?: Sending): Promise<Answer>;
  /** Sends JSON as a user and returns the JSON of the answer. */
  call(
    user: string,
    method: string,
    path: string,
    json?: object,
  ): Promise<Answer & { json: unknown }>;
}

/** The users that every attacked server has. */
const ROLE_USERS: Readonly<Record<Role, TestUser>> = {
  reader: { role: 'reader' },
  writer: { role: 'writer' },
  approver: { role: 'approver' },
  admin: { role: 'admin' },
};

/** Starts a server to attack. It is closed when the test ends. */
export async function attackedServer(
  users: Readonly<Record<string, TestUser>> = ROLE_USERS,
  options: Partial<OperatedServerOptions> = {},
): Promise<AttackedServer> {
  const folder = join(temporaryFolder(), 'store');
  const authFile = join(temporaryFolder(), 'auth.json');
  const tokens = writeUsers(authFile, users);
  const log: string[] = [];
  const logTo = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk));
      done();
    },
  });
  const store = await openFileStore(folder);
  const server = await createOperatedServer({ store, authFile, logTo, ...options });
  const address = await server.listen({ port: 0 });
  onTestFinished(async () => {
    await server.close();
    await store.close();
  });
  const as = (user: string) => ({ authorization: `Bearer ${tokens.get(user)}` });
  const send = (method: string, path: string, sending: Sending = {}) =>
    sendRaw(address, method, path, sending);
  return {
    address,
    folder,
    log,
    store,
    as,
    send,
    async call(user, method, path, json) {
      const answer = await send(method, path, {
        headers: { ...as(user), 'content-type': 'application/json' },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      });
      return { ...answer, json: answer.text.startsWith('{') ? JSON.parse(answer.text) : undefined };
    },
  };
}

function writeUsers(path: string, users: Readonly<Record<string, TestUser>>): Map<string, string> {
  const tokens = new Map<string, string>();
  let file: AuthFile = { users: [] };
  for (const [name, { role, experiments = {}, models = {} }] of Object.entries(users)) {
    file = addUser(file, { name, role });
    for (const [experimentId, granted] of Object.entries(experiments)) {
      file = setRole(file, name, granted, { experimentId });
    }
    for (const [model, granted] of Object.entries(models)) {
      file = setRole(file, name, granted, { model });
    }
    const made = addToken(file, name, { name: 'test', nowMs: Date.now() });
    file = made.file;
    tokens.set(name, made.token);
  }
  writeAuthFile(path, file);
  return tokens;
}

async function sendRaw(
  address: string,
  method: string,
  path: string,
  { headers = {}, body }: Sending,
): Promise<Answer> {
  const { hostname, port } = new URL(address);
  // Node adds no length for methods that usually have no body.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = {
    hostname,
    port,
    method,
    path,
    headers: { ...length, ...headers },
    agent: false,
  };
  const request = httpRequest(options);
  request.end(body);
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: Buffer.concat(chunks).toString('utf8'),
  };
}
