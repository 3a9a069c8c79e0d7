import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import type { ChangeEvent } from '../dispatch/change-event.ts';
import { isSignedWith, startReceiver, startTlsReceiver } from './testing/receiver.ts';
import { Webhooks, type WebhooksOptions } from './webhooks.ts';

const by = { name: 'ada', authenticated: true };
const TAG_SET = [{ entity: 'MODEL_VERSION_TAG', action: 'SET' }];
/** The shortest waits, because these tests check what happens, not when. */
const QUICK = { firstWaitMs: 5, longestWaitMs: 20 };

function tagSet(value: string): ChangeEvent {
  const tag = { modelName: 'penguins', version: 1, key: 'reviewed', value };
  return { kind: 'model-version-tag-set', ...tag, atMs: Date.UTC(2026, 10, 23, 12), by };
}

function webhooksWith(options: Partial<WebhooksOptions> = {}) {
  const logged: string[] = [];
  const webhooks = new Webhooks({
    allowPrivate: true,
    log: { warn: (fields, message) => logged.push(`${message} ${JSON.stringify(fields)}`) },
    limits: QUICK,
    ...options,
  });
  onTestFinished(() => webhooks.close());
  const counter = () => webhooks.metrics()[0]?.values();
  const waiting = () => webhooks.metrics()[1]?.values()[''];
  return { webhooks, logged, counter, waiting };
}

test('a change is sent to its subscribers, signed like those of MLflow', async () => {
  const { url, received } = await startReceiver();
  const { webhooks, counter, waiting } = webhooksWith();
  await webhooks.create({ name: 'tags', url, events: TAG_SET, secret: 'hush' });
  await webhooks.create({ name: 'open', url: `${url}?open`, events: TAG_SET });
  await webhooks.create({ name: 'off', url, events: TAG_SET, status: 'DISABLED' });
  const others = [{ entity: 'MODEL_VERSION', action: 'CREATED' }];
  await webhooks.create({ name: 'others', url, events: others });

  webhooks.changed(tagSet('yes'));
  await expect.poll(() => received.length).toBe(2);
  await expect.poll(waiting).toBe(0);
  expect(counter()).toEqual({ delivered: 2, failed: 0, dropped: 0, retried: 0 });
  const signed = received.find((delivery) => delivery.url === '/hook');
  const open = received.find((delivery) => delivery.url === '/hook?open');
  expect(JSON.parse(signed?.body ?? '')).toEqual({
    entity: 'model_version_tag',
    action: 'set',
    timestamp: '2026-11-23T12:00:00.000+00:00',
    data: { name: 'penguins', version: '1', key: 'reviewed', value: 'yes' },
  });
  expect(signed && isSignedWith('hush', signed)).toBe(true);
  expect(signed && isSignedWith('other', signed)).toBe(false);
  expect(signed?.headers['content-type']).toBe('application/json');
  expect(open?.headers).not.toHaveProperty('x-mlflow-signature');
  expect(open?.headers['x-mlflow-delivery-id']).not.toBe(signed?.headers['x-mlflow-delivery-id']);
});

test('a receiver that fails gets the same id again, and all deliveries in order', async () => {
  const { url, received } = await startReceiver((index) => ({
    status: [503, 429, 200][index] ?? 200,
    headers: { 'Retry-After': '0' },
  }));
  const { webhooks, counter } = webhooksWith();
  await webhooks.create({ name: 'tags', url, events: TAG_SET, secret: 'hush' });
  webhooks.changed(tagSet('first'));
  webhooks.changed(tagSet('second'));
  await expect.poll(counter).toEqual({ delivered: 2, failed: 0, dropped: 0, retried: 2 });
  const values = received.map(({ body }) => JSON.parse(body).data.value);
  expect(values).toEqual(['first', 'first', 'first', 'second']);
  const ids = received.map(({ headers }) => headers['x-mlflow-delivery-id']);
  expect(new Set(ids.slice(0, 3)).size).toBe(1);
  expect(ids[3]).not.toBe(ids[0]);
  expect(received.every((delivery) => isSignedWith('hush', delivery))).toBe(true);
});

test('a failing receiver is given up after some attempts, a refusal at once, and the log has no secrets', async () => {
  const away = await startReceiver(() => ({ status: 500 }));
  const refusing = await startReceiver(() => ({ status: 410 }));
  const { webhooks, counter, logged } = webhooksWith({ limits: { ...QUICK, attempts: 3 } });
  await webhooks.create({ name: 'away', url: away.url, events: TAG_SET, secret: 'hush' });
  await webhooks.create({ name: 'refusing', url: refusing.url, events: TAG_SET });
  webhooks.changed(tagSet('yes'));
  await expect.poll(counter).toEqual({ delivered: 0, failed: 2, dropped: 0, retried: 2 });
  expect(away.received).toHaveLength(3);
  expect(refusing.received).toHaveLength(1);
  expect(logged).toHaveLength(2);
  expect(logged.join()).toContain('"attempts":3,"reason":"the receiver answered 500"');
  expect(logged.join()).not.toContain('hush');
});

test('a name that does not resolve for a while is retried', async () => {
  const { url, received } = await startReceiver();
  const answers = [['127.0.0.1'], undefined, []];
  const { webhooks, counter } = webhooksWith({
    resolver: async () => {
      const answer = answers.length === 0 ? ['127.0.0.1'] : answers.shift();
      if (answer === undefined) throw new Error('EAI_AGAIN');
      return answer;
    },
  });
  const named = url.replace('127.0.0.1', 'hooks.test');
  await webhooks.create({ name: 'tags', url: named, events: TAG_SET });
  webhooks.changed(tagSet('yes'));
  await expect.poll(counter).toEqual({ delivered: 1, failed: 0, dropped: 0, retried: 2 });
  expect(received).toHaveLength(1);
});

test('a redirect is not followed', async () => {
  const inner = await startReceiver();
  const outer = await startReceiver(() => ({ status: 307, headers: { Location: inner.url } }));
  const { webhooks, counter } = webhooksWith();
  const { id } = await webhooks.create({ name: 'outer', url: outer.url, events: TAG_SET });
  webhooks.changed(tagSet('yes'));
  await expect.poll(counter).toMatchObject({ failed: 1, retried: 0 });
  expect(await webhooks.test(id)).toMatchObject({ success: false, responseStatus: 307 });
  expect(inner.received).toEqual([]);
});

/** A receiver that takes requests and answers none. */
async function silentReceiver() {
  const receiver = await startReceiver();
  receiver.server.removeAllListeners('request');
  return receiver;
}

test('a receiver that does not answer delays neither the writer nor other receivers', async () => {
  const slow = await silentReceiver();
  const quick = await startReceiver();
  const { webhooks, counter } = webhooksWith({ limits: { ...QUICK, timeoutMs: 3_600_000 } });
  await webhooks.create({ name: 'slow', url: slow.url, events: TAG_SET });
  await webhooks.create({ name: 'quick', url: quick.url, events: TAG_SET });
  for (let change = 0; change < 20; change += 1) webhooks.changed(tagSet(String(change)));
  await expect.poll(counter).toEqual({ delivered: 20, failed: 0, dropped: 0, retried: 0 });
  expect(quick.received).toHaveLength(20);
  slow.server.close();
  slow.server.closeAllConnections();
});

test('a receiver that does not answer in time is given up after some attempts', async () => {
  const { url } = await silentReceiver();
  const { webhooks, counter } = webhooksWith({ limits: { ...QUICK, timeoutMs: 50, attempts: 2 } });
  await webhooks.create({ name: 'slow', url, events: TAG_SET });
  webhooks.changed(tagSet('yes'));
  await expect.poll(counter).toEqual({ delivered: 0, failed: 1, dropped: 0, retried: 1 });
});

test('deliveries beyond the limit are dropped, counted and logged', async () => {
  const { url } = await startReceiver(() => ({ status: 503 }));
  const limits = { firstWaitMs: 60_000, waiting: 5 };
  const { webhooks, counter, waiting, logged } = webhooksWith({ limits });
  await webhooks.create({ name: 'tags', url, events: TAG_SET });
  for (let change = 0; change < 8; change += 1) webhooks.changed(tagSet(String(change)));
  expect(waiting()).toBe(5);
  expect(counter()).toMatchObject({ dropped: 3 });
  expect(logged).toHaveLength(3);
});

test('a waiting delivery is sent after a restart, with the same id', async () => {
  const folder = join(temporaryFolder(), 'server');
  let up = false;
  const { url, received } = await startReceiver(() => ({ status: up ? 200 : 503 }));
  const limits = { firstWaitMs: 60_000 };
  const before = webhooksWith({ folder, limits });
  await before.webhooks.create({ name: 'tags', url, events: TAG_SET, secret: 'hush' });
  before.webhooks.changed(tagSet('first'));
  before.webhooks.changed(tagSet('second'));
  await expect.poll(() => received.length).toBe(1);
  await before.webhooks.close();
  expect(readdirSync(join(folder, 'deliveries'))).toHaveLength(2);

  up = true;
  const after = webhooksWith({ folder, limits });
  await after.webhooks.resume();
  // Counted when it arrives; no longer waiting once it is out of the spool.
  await expect.poll(after.waiting).toBe(0);
  expect(after.counter()).toMatchObject({ delivered: 2 });
  expect(received.map(({ body }) => JSON.parse(body).data.value)).toEqual([
    'first',
    'first',
    'second',
  ]);
  expect(received[1]?.headers['x-mlflow-delivery-id']).toBe(
    received[0]?.headers['x-mlflow-delivery-id'],
  );
  expect(received.every((delivery) => isSignedWith('hush', delivery))).toBe(true);
  expect(readdirSync(join(folder, 'deliveries'))).toEqual([]);
});

test('a deleted or disabled webhook gets nothing more, not even waiting deliveries', async () => {
  let letGo: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { url, received } = await startReceiver(async () => {
    await held;
    return { status: 200 };
  });
  const { webhooks, counter } = webhooksWith();
  const gone = await webhooks.create({ name: 'gone', url: `${url}?gone`, events: TAG_SET });
  const off = await webhooks.create({ name: 'off', url: `${url}?off`, events: TAG_SET });
  webhooks.changed(tagSet('sent'));
  webhooks.changed(tagSet('waiting'));
  await expect.poll(() => received.length).toBe(2);
  webhooks.delete(gone.id);
  await webhooks.update(off.id, { status: 'DISABLED' });
  letGo?.();
  await expect.poll(counter).toMatchObject({ delivered: 2, dropped: 2 });
  expect(received).toHaveLength(2);
});

test('secrets are sealed in a private file that git ignores, and the next process can use them', async () => {
  const folder = join(temporaryFolder(), 'server');
  const { url, received } = await startReceiver();
  const before = webhooksWith({ folder });
  const { id } = await before.webhooks.create({
    name: 'tags',
    url,
    events: TAG_SET,
    secret: 'hush',
  });
  const path = join(folder, 'webhooks.json');
  expect(readFileSync(path, 'utf8')).not.toContain('hush');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toMatch(/^\*$/m);
  await before.webhooks.update(id, { description: 'still secret' });

  const after = webhooksWith({ folder });
  expect((await after.webhooks.test(id)).success).toBe(true);
  expect(received[0] && isSignedWith('hush', received[0])).toBe(true);

  const otherKey = webhooksWith({ folder, secretKey: 'f'.repeat(64) });
  const result = await otherKey.webhooks.test(id).catch((error: unknown) => error);
  expect(result).toMatchObject({
    success: false,
    errorMessage: expect.stringContaining('TIDEMARK_SECRET_KEY'),
  });
  await after.webhooks.update(id, { secret: '' });
  await after.webhooks.test(id);
  expect(received.at(-1)?.headers).not.toHaveProperty('x-mlflow-signature');
});

test('the parent of the private folder has the usual permissions', async () => {
  const store = join(temporaryFolder(), 'store');
  const { webhooks } = webhooksWith({ folder: join(store, 'server') });
  const { url } = await startReceiver();
  await webhooks.create({ name: 'tags', url, events: TAG_SET, secret: 'hush' });
  const plain = join(temporaryFolder(), 'plain');
  mkdirSync(plain);
  expect(statSync(store).mode).toBe(statSync(plain).mode);
});

test('a server whose webhooks have no secrets writes no key', async () => {
  const folder = join(temporaryFolder(), 'server');
  const { webhooks } = webhooksWith({ folder });
  const { url } = await startReceiver();
  await webhooks.create({ name: 'tags', url, events: TAG_SET });
  expect(existsSync(join(folder, 'secret.key'))).toBe(false);
});

test('over https the certificate is checked, and the name is resolved again for the connection', async (ctx) => {
  const receiver = await startTlsReceiver();
  if (receiver === undefined) return ctx.skip('openssl is not installed');
  const { url, received, certificate } = receiver;
  const resolver = async () => ['127.0.0.1'];
  const trusting = webhooksWith({ resolver, authorities: certificate });
  const { id } = await trusting.webhooks.create({
    name: 'tls',
    url,
    events: TAG_SET,
    secret: 'hush',
  });
  expect(await trusting.webhooks.test(id)).toMatchObject({ success: true, responseStatus: 200 });
  expect(received[0] && isSignedWith('hush', received[0])).toBe(true);

  const doubting = webhooksWith({ resolver });
  const untrusted = await doubting.webhooks.create({ name: 'tls', url, events: TAG_SET });
  expect(await doubting.webhooks.test(untrusted.id)).toMatchObject({
    success: false,
    errorMessage: expect.stringContaining('self-signed certificate'),
  });

  const answers = [['93.184.215.14'], ['127.0.0.1']];
  const rebound = webhooksWith({
    allowPrivate: false,
    authorities: certificate,
    resolver: async () => answers.shift() ?? [],
  });
  const { id: rebinding } = await rebound.webhooks.create({ name: 'tls', url, events: TAG_SET });
  expect(await rebound.webhooks.test(rebinding)).toEqual({
    success: false,
    errorMessage: "Failed to test webhook: 'hooks.test' resolves to a non-public IP address.",
  });
  expect(received).toHaveLength(1);
});

test('an address that was allowed at creation can be refused later', async () => {
  const folder = join(temporaryFolder(), 'server');
  const { url, received } = await startReceiver();
  const before = webhooksWith({ folder });
  const { id } = await before.webhooks.create({ name: 'lan', url, events: TAG_SET });
  const after = webhooksWith({ folder, allowPrivate: false });
  expect(await after.webhooks.test(id)).toMatchObject({ success: false });
  after.webhooks.changed(tagSet('yes'));
  await expect.poll(after.counter).toMatchObject({ failed: 1, retried: 0 });
  expect(received).toEqual([]);
});
