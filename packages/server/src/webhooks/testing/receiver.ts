import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { onTestFinished } from 'vitest';

/** A request that a receiver got. */
export interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Returns the answer of a receiver to its n-th request, from 0. */
export type Answering = (index: number) => Answer | Promise<Answer>;

/** A server that receives deliveries, as a user would run one. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  readonly server: Server;
}

/** Starts a receiver over plain http on a free port of this machine. */
export async function startReceiver(
  answering: Answering = () => ({ status: 200 }),
): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(receiving(received, answering));
  return { url: `http://127.0.0.1:${await listen(server)}/hook`, received, server };
}

/**
 * Starts a receiver over https for `hooks.test`, and returns it with its certificate, or `undefined` without
 * openssl.
 */
export async function startTlsReceiver(): Promise<
  (Receiver & { certificate: string }) | undefined
> {
  const folder = temporaryFolder();
  const [keyPath, certificatePath] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=hooks.test', '-addext', 'subjectAltName=DNS:hooks.test'];
  const kind = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', ...kind, ...subject, '-keyout', keyPath, '-out', certificatePath],
      { stdio: 'pipe' },
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const certificate = readFileSync(certificatePath, 'utf8');
  const received: Received[] = [];
  const server = createTlsServer(
    { key: readFileSync(keyPath), cert: certificate },
    receiving(received, () => ({ status: 200 })),
  );
  return { url: `https://hooks.test:${await listen(server)}/hook`, received, server, certificate };
}

/** Returns whether a delivery is signed with this secret, by the check of a receiver of MLflow's webhooks. */
export function isSignedWith(secret: string, { headers, body }: Received): boolean {
  const signed = `${headers['x-mlflow-delivery-id']}.${headers['x-mlflow-timestamp']}.${body}`;
  const digest = createHmac('sha256', secret).update(signed).digest('base64');
  return headers['x-mlflow-signature'] === `v1,${digest}`;
}

function receiving(received: Received[], answering: Answering): RequestListener {
  return (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', async () => {
      const index = received.push({ url: request.url ?? '', headers: request.headers, body }) - 1;
      const { status, headers = {}, body: answer = '' } = await answering(index);
      response.writeHead(status, headers).end(answer);
    });
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}
