import { expect, test } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';
import { forwardedBy, parseTrustedProxies } from './trusted-proxies.ts';

const PROXY = '127.0.0.1';
const loopback = parseTrustedProxies('loopback');

test.each([
  // [trusted, peer, headers, address, protocol, host]
  [
    'loopback',
    '203.0.113.9',
    { 'x-forwarded-for': '1.1.1.1', 'x-forwarded-host': 'a' },
    '203.0.113.9',
  ],
  ['loopback', PROXY, {}, PROXY],
  ['loopback', '::ffff:127.0.0.1', { 'x-forwarded-for': '8.8.8.8' }, '8.8.8.8'],
  ['loopback', PROXY, { 'x-forwarded-for': '1.1.1.1, 8.8.8.8' }, '8.8.8.8'],
  ['loopback', PROXY, { 'x-forwarded-for': '1.1.1.1, 8.8.8.8:4711' }, '8.8.8.8'],
  ['loopback', PROXY, { 'x-forwarded-for': '[2001:db8::1]:4711' }, '2001:db8::1'],
  ['loopback', PROXY, { 'x-forwarded-for': 'unknown' }, PROXY],
  ['loopback', PROXY, { 'x-forwarded-for': '1.1.1.1, <script>' }, PROXY],
  ['loopback', PROXY, { 'x-forwarded-for': '127.0.0.1' }, PROXY],
  ['loopback,10.0.0.0/8', PROXY, { 'x-forwarded-for': '1.1.1.1, 8.8.8.8, 10.1.2.3' }, '8.8.8.8'],
  ['private', PROXY, { 'x-forwarded-for': '8.8.8.8' }, PROXY],
  ['1', '203.0.113.9', { 'x-forwarded-for': '1.1.1.1, 8.8.8.8' }, '8.8.8.8'],
  ['2', '203.0.113.9', { 'x-forwarded-for': '1.1.1.1, 8.8.8.8, 9.9.9.9' }, '8.8.8.8'],
  [
    'loopback',
    PROXY,
    { forwarded: 'for=1.1.1.1, for="8.8.8.8:99";proto=https;host=a.example' },
    '8.8.8.8',
    'https',
    'a.example',
  ],
  ['loopback', PROXY, { forwarded: 'for="[2001:db8::2]:8080"' }, '2001:db8::2'],
  ['loopback', PROXY, { forwarded: 'for="1.1.1.1, for=2.2.2.2"' }, PROXY],
  // One of the two came from the client.
  ['loopback', PROXY, { 'x-forwarded-for': '8.8.8.8', forwarded: 'for=1.1.1.1;host=evil' }, PROXY],
  // The proxy sends Forwarded. The client adds the other header, with its true address.
  [
    'loopback',
    PROXY,
    {
      forwarded: 'for=8.8.8.8;proto=https;host=ml.example',
      'x-forwarded-for': '8.8.8.8',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    },
    '8.8.8.8',
    'https',
  ],
  // The proxy sends only X-Forwarded-For. The client adds Forwarded.
  [
    'loopback',
    PROXY,
    { 'x-forwarded-for': '8.8.8.8', forwarded: 'for=8.8.8.8;host=evil' },
    '8.8.8.8',
  ],
  // The proxy sends both.
  [
    'loopback',
    PROXY,
    {
      forwarded: 'for=8.8.8.8;proto=https;host=ml.example',
      'x-forwarded-for': '8.8.8.8',
      'x-forwarded-host': 'ml.example',
      'x-forwarded-proto': 'https',
    },
    '8.8.8.8',
    'https',
    'ml.example',
  ],
  [
    'loopback',
    PROXY,
    {
      'x-forwarded-for': '8.8.8.8',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example, ml.example',
    },
    '8.8.8.8',
    'https',
    'ml.example',
  ],
  [
    'loopback',
    PROXY,
    { 'x-forwarded-for': '8.8.8.8', 'x-forwarded-proto': 'javascript', 'x-forwarded-host': 'a b' },
    '8.8.8.8',
  ],
] as [string, string, Record<string, string>, string, string?, string?][])(
  'a server that trusts %s, called by %s with the headers %o, takes the client to be %s',
  (trusted, peer, headers, address, protocol, host) => {
    expect(forwardedBy(peer, headers, parseTrustedProxies(trusted))).toEqual({
      address,
      ...(protocol === undefined ? {} : { protocol }),
      ...(host === undefined ? {} : { host }),
    });
  },
);

test.each(['', '0', '33', 'proxy.example', '10.0.0.0/33', '127.1', '10.0.0.0/8/8', '*'])(
  'the list of trusted proxies %o is refused',
  (text) => {
    expect(() => parseTrustedProxies(text)).toThrow(/is not the address of a proxy/);
  },
);

const FAILING = { authorization: `Bearer tdm_000000000000_${'A'.repeat(43)}` };
const PATH = '/api/2.0/mlflow/experiments/get?experiment_id=0';

test('stale tokens block only the client that sends them, not the owner of an invented address', async () => {
  const { send } = await attackedServer(undefined, { trustProxy: loopback });
  const failing = async (xff: string) =>
    (await send('GET', PATH, { headers: { ...FAILING, 'x-forwarded-for': xff } })).status;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    // The left end changes each time. It is the client's own text.
    expect(await failing(`10.9.8.${attempt}, 198.51.100.7`)).toBe(401);
  }
  expect(await failing('10.9.8.99, 198.51.100.7')).toBe(429);
  expect(await failing('198.51.100.8')).toBe(401);
});

test('without trusted proxies an invented address is ignored', async () => {
  const { send } = await attackedServer();
  const statuses = [];
  for (let attempt = 0; attempt < 11; attempt += 1) {
    const headers = { ...FAILING, 'x-forwarded-for': `198.51.100.${attempt}` };
    statuses.push((await send('GET', PATH, { headers })).status);
  }
  expect(statuses.at(-1)).toBe(429);
});

test('the host in the request to a trusted proxy is checked and shown', async () => {
  const server = await attackedServer(undefined, {
    trustProxy: loopback,
    allowedHosts: ['ml.example'],
  });
  const ask = (host: string) =>
    server.send('GET', '/', {
      headers: { 'x-forwarded-host': host, 'x-forwarded-proto': 'https' },
    });
  expect((await ask('ml.example')).text).toContain('https://ml.example');
  expect((await ask('evil.example')).status).toBe(403);
  const direct = await attackedServer(undefined, { allowedHosts: ['ml.example'] });
  const spoofed = await direct.send('GET', '/', { headers: { 'x-forwarded-host': 'ml.example' } });
  expect(spoofed.text).not.toContain('ml.example');
});

test('a header with an unclosed quote is read once', () => {
  const forwarded = `for=8.8.8.8, for="${'\\"'.repeat(500_000)}`;
  expect(forwardedBy(PROXY, { forwarded }, loopback)).toEqual({ address: PROXY });
});
