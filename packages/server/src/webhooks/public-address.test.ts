import type { LookupAddress } from 'node:dns';
import { expect, test } from 'vitest';
import {
  type AddressRules,
  assertDeliverable,
  checkedLookup,
  isPublicAddress,
} from './public-address.ts';

const answering = (...addresses: string[]): AddressRules => ({
  allowPrivate: false,
  resolver: async () => addresses,
});

test.each([
  ['93.184.215.14', true],
  ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', true],
  ['::ffff:93.184.215.14', true],
  ['64:ff9b::5db8:d70e', true],
  ['127.0.0.1', false],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.0.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['192.0.2.1', false],
  ['198.18.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['fe80::1', false],
  ['fd00:ec2::254', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:a9fe:a9fe', false],
  ['64:ff9b::a9fe:a9fe', false],
  ['64:ff9b:1::7f00:1', false],
  ['::a9fe:a9fe', false],
  ['2002:a9fe:a9fe::', false],
  ['2001::1', false],
  ['ff02::1', false],
  ['not an address', false],
])('%s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test('a webhook address with https and a name with only public addresses is accepted', async () => {
  const url = await assertDeliverable('https://example.org/hook?x=1', answering('93.184.215.14'));
  expect(url.href).toBe('https://example.org/hook?x=1');
});

test.each([
  ['http://example.org/', "Invalid webhook URL scheme: 'http'. Allowed schemes are: https."],
  ['file:///etc/passwd', "Invalid webhook URL scheme: 'file'"],
  ['gopher://example.org', "Invalid webhook URL scheme: 'gopher'"],
  ['example.org', "Invalid webhook URL scheme: ''"],
  ['https://', 'Webhook URL must include a hostname'],
  ['  ', 'Webhook URL cannot be empty or just whitespace'],
  ['https://ada:secret@example.org/', 'user name or password'],
  ['https://127.0.0.1/', "'127.0.0.1' resolves to 127.0.0.1"],
  ['https://127.1/', "'127.0.0.1' resolves to 127.0.0.1"],
  ['https://2130706433/', "'127.0.0.1' resolves to 127.0.0.1"],
  ['https://0x7f.0.0.1/', "'127.0.0.1' resolves to 127.0.0.1"],
  ['https://[::1]/', "'::1' resolves to ::1"],
  ['https://[::ffff:169.254.169.254]/', 'non-public IP address'],
])('the webhook address %s is refused', async (text, says) => {
  await expect(assertDeliverable(text, answering('93.184.215.14'))).rejects.toMatchObject({
    code: 'WEBHOOK_URL_FORBIDDEN',
    message: expect.stringContaining(says),
  });
});

test('a name with one private address among public ones is refused', async () => {
  const rules = answering('93.184.215.14', '10.0.0.7');
  await expect(assertDeliverable('https://example.org', rules)).rejects.toThrow(
    "Webhook URL must not resolve to a non-public IP address. 'example.org' resolves to 10.0.0.7.",
  );
});

test('a name that does not resolve is refused', async () => {
  const resolver = () => Promise.reject(new Error('ENOTFOUND'));
  await expect(
    assertDeliverable('https://example.org', { allowPrivate: false, resolver }),
  ).rejects.toThrow("Cannot resolve webhook URL hostname 'example.org': ENOTFOUND");
});

test('an option allows private addresses', async () => {
  const rules = { ...answering('10.0.0.7'), allowPrivate: true };
  expect((await assertDeliverable('http://hooks.lan:8080/x', rules)).port).toBe('8080');
});

test('a name that resolves to another address for the connection is refused', async () => {
  const answers = [['93.184.215.14'], ['169.254.169.254'], ['93.184.215.14', '10.0.0.7']];
  const rules: AddressRules = {
    allowPrivate: false,
    resolver: async () => answers.shift() ?? [],
  };
  await assertDeliverable('https://rebinding.example', rules);
  const lookUp = () =>
    new Promise((resolve, reject) => {
      checkedLookup(rules)('rebinding.example', { all: true }, (error, addresses) => {
        if (error === null) resolve(addresses as LookupAddress[]);
        else reject(error);
      });
    });
  await expect(lookUp()).rejects.toThrow('non-public');
  await expect(lookUp()).rejects.toThrow('non-public');
  await expect(lookUp()).rejects.toThrow('has no address now');
});
