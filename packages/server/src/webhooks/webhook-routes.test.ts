import { MemoryStore } from '@tidemark/core';
import { expect, onTestFinished, test } from 'vitest';
import { createServer } from '../server.ts';
import { attackedServer } from '../testing/attacked-server.ts';
import { isSignedWith, startReceiver } from './testing/receiver.ts';
import { webhookRoutes } from './webhook-routes.ts';
import { Webhooks, type WebhooksOptions } from './webhooks.ts';

const ROOT = '/api/2.0/mlflow/webhooks';
const EVENTS = [{ entity: 'MODEL_VERSION', action: 'CREATED' }];
const MLFLOW = { 'user-agent': 'mlflow-python-client/3.18.0' };

async function serving(options: Partial<WebhooksOptions> = {}) {
  const webhooks = new Webhooks({ log: { warn() {} }, allowPrivate: true, ...options });
  const server = await createServer({
    store: new MemoryStore(),
    moreRoutes: webhookRoutes(webhooks),
    onChange: (change) => webhooks.changed(change),
  });
  onTestFinished(async () => {
    await server.close();
    await webhooks.close();
  });
  return async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    payload?: object,
    headers = {},
  ) => {
    const body = payload === undefined ? {} : { payload };
    const answer = await server.app.inject({ method, url: `${ROOT}${path}`, headers, ...body });
    return {
      status: answer.statusCode,
      body: answer.json() as Record<string, unknown>,
      text: answer.body,
    };
  };
}

test('a webhook is created, read, changed, listed and deleted; its secret is in no answer', async () => {
  const call = await serving();
  const { body, text } = await call('POST', '', {
    name: 'new-versions',
    url: 'https://127.0.0.1/hook',
    events: EVENTS,
    description: 'informs the team',
    secret: 'hush',
  });
  const webhook = body.webhook as { webhook_id: string };
  expect(webhook).toEqual({
    webhook_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: 'new-versions',
    description: 'informs the team',
    url: 'https://127.0.0.1/hook',
    events: EVENTS,
    status: 'ACTIVE',
    creation_timestamp: expect.any(Number),
    last_updated_timestamp: expect.any(Number),
  });
  const path = `/${webhook.webhook_id}`;
  expect((await call('GET', path)).body).toEqual({ webhook });
  expect((await call('GET', '')).body).toEqual({ webhooks: [webhook] });
  const changed = await call('PATCH', path, {
    status: 'DISABLED',
    name: '',
    events: [],
    secret: 'x',
  });
  expect(changed.body).toEqual({
    webhook: { ...webhook, status: 'DISABLED', last_updated_timestamp: expect.any(Number) },
  });
  expect(text + changed.text).not.toContain('hush');
  expect((await call('DELETE', path)).body).toEqual({});
  expect((await call('GET', '')).body).toEqual({});
  expect(await call('GET', path)).toMatchObject({
    status: 404,
    body: {
      error_code: 'RESOURCE_DOES_NOT_EXIST',
      message: `Webhook with ID ${webhook.webhook_id} not found.`,
    },
  });
});

test.each<[object, RegExp]>([
  [{ url: 'https://x', events: EVENTS }, /Missing value for required parameter 'name'/],
  [{ name: 'a', events: EVENTS }, /Missing value for required parameter 'url'/],
  [{ name: 'a', url: 'https://x' }, /Missing value for required parameter 'events'/],
  [{ name: '-a', url: 'https://x', events: EVENTS }, /Webhook name '-a' is invalid/],
  [{ name: 'a', url: 'ftp://x', events: EVENTS }, /Invalid webhook URL scheme: 'ftp'/],
  [{ name: 'a', url: 'https://10.0.0.1', events: EVENTS }, /non-public IP address/],
  [
    { name: 'a', url: 'https://x', events: [{ entity: 'MODEL_VERSION', action: 'SET' }] },
    /Invalid action 'set' for entity 'model_version'/,
  ],
])('the webhook %j is refused', async (payload, says) => {
  const call = await serving({ allowPrivate: false });
  const { status, body } = await call('POST', '', payload);
  expect(status).toBe(400);
  expect(body).toMatchObject({
    error_code: 'INVALID_PARAMETER_VALUE',
    message: expect.stringMatching(says),
  });
});

test('the pages of webhooks stay the same when others are created meanwhile', async () => {
  const call = await serving();
  const set = (name: string) =>
    call('POST', '', { name, url: 'https://127.0.0.1', events: EVENTS });
  for (const name of ['a', 'b', 'c']) await set(name);
  const names = (page: { body: Record<string, unknown> }) =>
    (page.body.webhooks as { name: string }[]).map(({ name }) => name);
  const first = await call('GET', '?max_results=2');
  expect(names(first)).toEqual(['c', 'b']);
  await set('d');
  const second = await call('GET', `?max_results=2&page_token=${first.body.next_page_token}`);
  expect(names(second)).toEqual(['a']);
  expect(second.body).not.toHaveProperty('next_page_token');
  for (const query of [
    '?max_results=0',
    '?max_results=1001',
    '?max_results=x',
    '?page_token=nope',
  ]) {
    expect((await call('GET', query)).status).toBe(400);
  }
});

test("MLflow's client gets no events that it would fail on", async () => {
  const call = await serving();
  const url = 'https://127.0.0.1';
  const own = [{ entity: 'TRANSITION_REQUEST', action: 'APPROVED' }];
  await call('POST', '', { name: 'own', url, events: own });
  await call('POST', '', { name: 'both', url, events: [...own, ...EVENTS] });
  const shown = await call('GET', '', undefined, MLFLOW);
  expect(shown.body).toMatchObject({ webhooks: [{ name: 'both', events: EVENTS }] });
  const all = await call('GET', '');
  expect(all.body).toMatchObject({ webhooks: [{ name: 'both' }, { name: 'own', events: own }] });
});

test('a test sends an example of the requested event, and shows the answer', async () => {
  const call = await serving();
  const receiver = await startReceiver(() => ({ status: 202, body: 'thank you' }));
  const events = [...EVENTS, { entity: 'MODEL_VERSION_ALIAS', action: 'CREATED' }];
  const made = await call('POST', '', { name: 'a', url: receiver.url, events, secret: 'hush' });
  const path = `/${(made.body.webhook as { webhook_id: string }).webhook_id}/test`;
  const result = { success: true, response_status: 202, response_body: 'thank you' };
  expect((await call('POST', path, {})).body).toEqual({ result });
  // As the Python client sends it: enumerations by number.
  expect((await call('POST', path, { event: { entity: 4, action: 1 } })).body).toEqual({ result });
  const bodies = receiver.received.map(({ body }) => JSON.parse(body) as object);
  expect(bodies).toMatchObject([
    { entity: 'model_version', action: 'created', data: { name: 'example_model', version: '1' } },
    { entity: 'model_version_alias', action: 'created', data: { alias: 'example_alias' } },
  ]);
  expect(receiver.received.every((delivery) => isSignedWith('hush', delivery))).toBe(true);
});

test('a webhook cannot call servers of the private network', async () => {
  const server = await attackedServer();
  for (const url of [
    'https://127.0.0.1/',
    'https://localhost/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:10.0.0.1]/',
    'https://0x7f000001/',
    'http://93.184.215.14/',
    'file:///etc/passwd',
  ]) {
    const { status, json } = await server.call('admin', 'POST', ROOT, {
      name: 'inner',
      url,
      events: EVENTS,
    });
    expect([url, status]).toEqual([url, 400]);
    expect(json).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
  }
});
