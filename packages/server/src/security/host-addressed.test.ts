import { describe, expect, it } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';
import { serve } from '../testing/serve.ts';
import {
  assertHostAllowed,
  type HostPolicy,
  isOwnHost,
  type OwnRequest,
} from './host-addressed.ts';

const policy: HostPolicy = {
  allowedSchemes: ['hdfs'],
  artifactRoot: 'https://files.example/root',
  serverHosts: ['ml.example'],
};
const check = (address: string) => () =>
  assertHostAllowed(address, 'source', asked('ml.example:5000', '10.0.0.5'), policy);

/** Returns a request for a name, which the client writes, that arrived at port 5000 of an address. */
function asked(host: string, localAddress: string): OwnRequest {
  return { host, socket: { localAddress, localPort: 5000 } };
}

it.each([
  ['10.0.0.5:5000', '10.0.0.5', true],
  ['10.0.0.5:5000', '::ffff:10.0.0.5', true],
  ['localhost:5000', '127.0.0.1', true],
  ['[::1]:5000', '::1', true],
  ['[fd00::5]:5000', 'fd00::5', true],
  ['ML.example:8080', '10.0.0.5', true],
  ['10.0.0.5:9200', '10.0.0.5', false],
  ['10.0.0.6:5000', '10.0.0.5', false],
  ['localhost:6379', '127.0.0.1', false],
  ['localhost:5000', '10.0.0.5', false],
  ['localhost', '127.0.0.1', false],
  ['other.example:5000', '10.0.0.5', false],
])('the name %s at the address %s is this server: %s', (host, localAddress, isOwn) => {
  expect(isOwnHost(host, asked(host, localAddress), policy.serverHosts)).toBe(isOwn);
  expect(isOwnHost('elsewhere:5000', asked(host, localAddress), ['elsewhere'])).toBe(false);
});

it('a Host header by itself does not turn another host into this server', async () => {
  const server = await attackedServer();
  const own = server.address.replace('http://', '');
  await server.call('admin', 'POST', '/api/2.0/mlflow/registered-models/create', { name: 'net' });
  const statuses: unknown[] = [];
  for (const host of ['10.0.0.5:9200', 'localhost:6379', own]) {
    const headers = { ...server.as('writer'), host, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'net', source: `http://${host}/m` });
    const path = '/api/2.0/mlflow/model-versions/create';
    statuses.push((await server.send('POST', path, { headers, body })).status);
  }
  expect(statuses).toEqual([400, 400, 200]);
});

describe('an address of files', () => {
  it.each([
    'https://evil.example/m',
    'HTTP://169.254.169.254/latest',
    'ftp:///etc',
    'sftp://u@evil.example/m',
    'mlflow-artifacts://evil.example/0/r',
    'http://ml.example:5000@evil.example/m',
    'http://evil.example\\@ml.example:5000/m',
    'http://ml.example:5001/m',
    'r2://bucket@evil.example/m',
    ' https://evil.example/m',
  ])('%s is refused', (address) => {
    expect(check(address)).toThrow(/'source' cannot use/);
  });

  it.each([
    's3://bucket/m',
    'dbfs:/m',
    'runs:/0123/m',
    'models:/net/1',
    '/data/m',
    'file:///data/m',
    'mlflow-artifacts:/0/r',
    'mlflow-artifacts://ml.example:5000/0/r',
    'http://ML.example:5000/api/2.0/mlflow-artifacts/artifacts/0/r',
    'https://files.example/root/m',
    'hdfs://namenode/m',
  ])('%s is accepted', (address) => {
    expect(check(address)).not.toThrow();
  });
});

it('an address of files on another host is refused for new versions and experiments, unless its scheme is allowed', async () => {
  const refusing = await serve();
  const allowing = await serve({ allowedArtifactSchemes: ['https'] });
  for (const [client, status] of [
    [refusing, 400],
    [allowing, 200],
  ] as const) {
    await client.post('/api/2.0/mlflow/registered-models/create', { name: 'net' });
    const source = 'https://elsewhere.example/m';
    const version = { name: 'net', source };
    const experiment = { name: 'away', artifact_location: source };
    expect([
      (await client.send('POST', '/api/2.0/mlflow/model-versions/create', version)).status,
      (await client.send('POST', '/api/2.0/mlflow/experiments/create', experiment)).status,
    ]).toEqual([status, status]);
  }
});
