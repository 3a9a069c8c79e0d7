import type { Exchange } from './exchange.ts';
import { get, patch, post, remove, T } from './requests.ts';

/** Exchanges about logged models, from creation to deletion. */
export const LOGGED_MODEL_EXCHANGES: readonly Exchange[] = [
  post(
    'create a logged model',
    '/logged-models',
    {
      experiment_id: '{alpha}',
      name: 'net',
      model_type: 'mlp',
      source_run_id: '{run}',
      params: [{ key: 'depth', value: '3' }],
      tags: [{ key: 't', value: 'v' }],
    },
    { remember: { model: 'model.info.model_id' } },
  ),
  post('create one without an experiment', '/logged-models', { name: 'net' }),
  post('create one with a bad name', '/logged-models', { experiment_id: '{alpha}', name: 'a/b' }),
  get('get the logged model', '/logged-models/{model}'),
  get('get a missing logged model', `/logged-models/m-${'0'.repeat(32)}`),
  patch('make it ready', '/logged-models/{model}', {
    model_id: '{model}',
    status: 'LOGGED_MODEL_READY',
  }),
  patch('set its tags', '/logged-models/{model}/tags', { tags: [{ key: 'u', value: 'w' }] }),
  remove('delete a tag of it', '/logged-models/{model}/tags/u', undefined),
  remove('delete a missing tag of it', '/logged-models/{model}/tags/none', undefined),
  post('log params to it', '/logged-models/{model}/params', {
    model_id: '{model}',
    params: [{ key: 'width', value: '8' }],
  }),
  post('log it as an output', '/runs/outputs', {
    run_id: '{run}',
    models: [{ model_id: '{model}', step: 3 }],
  }),
  post('log a metric of it', '/runs/log-metric', {
    run_id: '{run}',
    key: 'val',
    value: 0.5,
    timestamp: T,
    step: 3,
    model_id: '{model}',
  }),
  get('get it with all of that', '/logged-models/{model}'),
  get('get its run', '/runs/get?run_id={run}', {
    differs: 'MLflow forgets the model of the latest point of a metric',
  }),
  post('search logged models', '/logged-models/search', { experiment_ids: ['{alpha}'] }),
  post('search logged models by name', '/logged-models/search', {
    experiment_ids: ['{alpha}'],
    filter: "name = 'net'",
  }),
  post('search logged models by a metric', '/logged-models/search', {
    experiment_ids: ['{alpha}'],
    filter: 'metrics.val >= 0.5',
    order_by: [{ field_name: 'metrics.val', ascending: false }],
  }),
  post(
    'search logged models by an unknown field',
    '/logged-models/search',
    {
      experiment_ids: ['{alpha}'],
      filter: "colour = 'red'",
    },
    { differs: 'MLflow fails with status 500' },
  ),
  post('search logged models of nothing', '/logged-models/search', {}),
  remove('delete the logged model', '/logged-models/{model}', undefined),
  get('get the deleted one', '/logged-models/{model}'),
];
