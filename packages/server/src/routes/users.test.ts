import { expect, test } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';
import { serve } from '../testing/serve.ts';

const CURRENT = '/api/2.0/mlflow/users/current';

test('users/current returns the logged-in user, their role and how they logged in', async () => {
  const server = await attackedServer({
    admin: { role: 'admin' },
    guest: { role: 'none', experiments: { '0': 'reader' } },
  });
  expect((await server.call('admin', 'GET', CURRENT)).json).toEqual({
    user: { id: null, username: 'admin', is_admin: true },
    is_basic_auth: false,
  });
  const token = server.as('guest').authorization.replace('Bearer ', '');
  const basic = `Basic ${Buffer.from(`guest:${token}`).toString('base64')}`;
  const path = CURRENT.replace('/api/', '/ajax-api/');
  const answer = await server.send('GET', path, { headers: { authorization: basic } });
  expect(JSON.parse(answer.text)).toEqual({
    user: { id: null, username: 'guest', is_admin: false },
    is_basic_auth: true,
  });
  expect((await server.send('GET', CURRENT)).status).toBe(401);
});

test('users/current is 404 on a server without logins, like on MLflow', async () => {
  const client = await serve();
  const { status, json } = await client.send('GET', CURRENT);
  expect([status, json.error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
});
