import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { parseStoreAddress } from '../store-address.ts';
import { openServerStore } from './open-server-store.ts';

/** A server that refuses every user, and remembers the headers of requests. */
async function refusingServer(): Promise<{ uri: string; headers: IncomingHttpHeaders[] }> {
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    headers.push(request.headers);
    response.writeHead(401).end('{"error_code":"UNAUTHENTICATED","message":"who are you?"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers };
}

const open = (uri: string, environment: Record<string, string>, options = {}) =>
  openServerStore(
    parseStoreAddress(uri) as Parameters<typeof openServerStore>[0],
    { spool: temporaryFolder(), ...options },
    environment,
  );

it.each([
  ['a token', { MLFLOW_TRACKING_TOKEN: 't0k' }, 'Bearer t0k'],
  [
    'a user and password',
    { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'pä' },
    `Basic ${Buffer.from('ada:pä').toString('base64')}`,
  ],
])('sends %s of the environment, and to no other server', async (_, environment, sent) => {
  const { uri, headers } = await refusingServer();
  const store = open(uri, environment);
  const refused = store.runs({ experimentIds: ['0' as never] });
  await expect(refused).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(headers.at(-1)?.authorization).toBe(sent);
  const error = await refused.catch((it: unknown) => it as Error);
  for (const secret of ['t0k', 'pä'])
    expect(JSON.stringify(error) + String(error)).not.toContain(secret);
});

it('sends the password in an address as a header, and removes it from the address', async () => {
  const { uri, headers } = await refusingServer();
  const store = open(uri.replace('//', '//ada:secret@'), {});
  expect(store.uri).toBe(uri);
  await expect(store.experiments()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(headers.at(-1)?.authorization).toBe(`Basic ${btoa('ada:secret')}`);
});

it('reads the address of Databricks from environment variables, and names a missing one', () => {
  const environment = { DATABRICKS_HOST: 'adb-1.azuredatabricks.net', DATABRICKS_TOKEN: 'dapi' };
  expect(open('databricks', environment).uri).toBe('https://adb-1.azuredatabricks.net');
  expect(() => open('databricks', {})).toThrow('DATABRICKS_HOST');
});
