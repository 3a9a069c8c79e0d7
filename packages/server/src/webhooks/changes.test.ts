import { MemoryStore } from '@tidemark/core';
import { expect, onTestFinished, test } from 'vitest';
import { createOperatedServer } from '../operated-server.ts';
import { isSignedWith, startReceiver } from './testing/receiver.ts';

const API = '/api/2.0/mlflow';
const EVENTS = [
  ['REGISTERED_MODEL', 'CREATED'],
  ['MODEL_VERSION', 'CREATED'],
  ['MODEL_VERSION_TAG', 'SET'],
  ['MODEL_VERSION_TAG', 'DELETED'],
  ['MODEL_VERSION_ALIAS', 'CREATED'],
  ['MODEL_VERSION_ALIAS', 'DELETED'],
  ['MODEL_VERSION_STAGE', 'CHANGED'],
  ['TRANSITION_REQUEST', 'CREATED'],
  ['TRANSITION_REQUEST', 'APPROVED'],
  ['TRANSITION_REQUEST', 'REJECTED'],
  ['TRANSITION_REQUEST', 'DELETED'],
].map(([entity, action]) => ({ entity, action }));

test('changes of clients reach a receiver in order and once', async () => {
  const { url, received } = await startReceiver();
  const server = await createOperatedServer({
    store: new MemoryStore(),
    allowPrivateWebhooks: true,
    logLevel: 'silent',
  });
  onTestFinished(() => server.close());
  const call = async (method: 'POST' | 'DELETE', path: string, payload: object) => {
    const answer = await server.app.inject({ method, url: `${API}/${path}`, payload });
    expect([path, answer.statusCode, answer.body]).toEqual([path, 200, answer.body]);
  };
  await call('POST', 'webhooks', { name: 'all', url, events: EVENTS, secret: 'hush' });

  const version = { name: 'penguins', version: '1' };
  const archive = { archive_existing_versions: false };
  const tags = [{ key: 'team', value: 'birds' }];
  await call('POST', 'registered-models/create', {
    name: 'penguins',
    tags,
    description: 'of three kinds',
  });
  await call('POST', 'model-versions/create', { name: 'penguins', source: 's3://models/1', tags });
  await call('POST', 'model-versions/set-tag', { ...version, key: 'reviewed', value: 'yes' });
  await call('DELETE', 'model-versions/delete-tag', { ...version, key: 'reviewed' });
  await call('POST', 'registered-models/alias', { ...version, alias: 'best' });
  await call('DELETE', 'registered-models/alias', { name: 'penguins', alias: 'best' });
  await call('POST', 'model-versions/transition-stage', {
    ...version,
    ...archive,
    stage: 'Staging',
  });
  const production = { ...version, stage: 'Production' };
  await call('POST', 'transition-requests/create', { ...production, comment: 'please' });
  await call('POST', 'transition-requests/reject', { ...production, comment: 'no' });
  await call('POST', 'transition-requests/create', production);
  await call('POST', 'transition-requests/approve', { ...production, ...archive, comment: 'yes' });

  await expect.poll(() => received.length).toBeGreaterThanOrEqual(12);
  const sent = received.map(({ body }) => JSON.parse(body));
  const decision = { by: '', authenticated: false };
  const staging = { from_stage: 'None', to_stage: 'Staging', ...decision, comment: null };
  const asked = { ...version, to_stage: 'Production', ...decision };
  expect(sent.map(({ entity, action, data }) => [`${entity}.${action}`, data])).toEqual([
    [
      'registered_model.created',
      { name: 'penguins', tags: { team: 'birds' }, description: 'of three kinds' },
    ],
    [
      'model_version.created',
      {
        ...version,
        source: 's3://models/1',
        run_id: null,
        tags: { team: 'birds' },
        description: null,
      },
    ],
    ['model_version_tag.set', { ...version, key: 'reviewed', value: 'yes' }],
    ['model_version_tag.deleted', { ...version, key: 'reviewed' }],
    ['model_version_alias.created', { ...version, alias: 'best' }],
    ['model_version_alias.deleted', { name: 'penguins', alias: 'best' }],
    ['model_version_stage.changed', { ...version, ...staging }],
    ['transition_request.created', { ...asked, comment: 'please' }],
    ['transition_request.rejected', { ...asked, comment: 'no' }],
    ['transition_request.created', { ...asked, comment: null }],
    ['transition_request.approved', { ...asked, comment: 'yes' }],
    [
      'model_version_stage.changed',
      { ...version, from_stage: 'Staging', to_stage: 'Production', ...decision, comment: 'yes' },
    ],
  ]);
  expect(received.every((delivery) => isSignedWith('hush', delivery))).toBe(true);
});
