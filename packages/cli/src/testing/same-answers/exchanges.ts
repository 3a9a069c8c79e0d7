import type { Exchange } from './exchange.ts';

const API = '/api/2.0/mlflow';

const post = (
  name: string,
  path: string,
  body: unknown,
  more: Partial<Exchange> = {},
): Exchange => ({
  name,
  method: 'POST',
  path: `${API}${path}`,
  body,
  ...more,
});
const get = (name: string, path: string, more: Partial<Exchange> = {}): Exchange => ({
  name,
  method: 'GET',
  path: `${API}${path}`,
  ...more,
});
const patch = (
  name: string,
  path: string,
  body: unknown,
  more: Partial<Exchange> = {},
): Exchange => ({
  ...post(name, path, body, more),
  method: 'PATCH',
});
const remove = (
  name: string,
  path: string,
  body: unknown,
  more: Partial<Exchange> = {},
): Exchange => ({
  ...post(name, path, body, more),
  method: 'DELETE',
});

const SHOWS_PLACE = { words: 'the message shows the place of the mistake and what can be said' };

const T = 1_700_000_000_000;

const experiments: readonly Exchange[] = [
  post(
    'create',
    '/experiments/create',
    { name: 'alpha', tags: [{ key: 'owner', value: 'ada' }] },
    { remember: { alpha: 'experiment_id' } },
  ),
  post(
    'create a second',
    '/experiments/create',
    { name: 'beta' },
    { remember: { beta: 'experiment_id' } },
  ),
  post('an empty name', '/experiments/create', { name: '' }),
  post('a name that is null', '/experiments/create', { name: null }),
  post('a name that is a list', '/experiments/create', { name: ['x'] }),
  post('a name that is too long', '/experiments/create', { name: 'n'.repeat(501) }),
  post('tags that are no list', '/experiments/create', { name: 'gamma', tags: 'x' }),
  post('a body that is a list', '/experiments/create', [1], {
    differs: 'MLflow fails with a page for status 500',
  }),
  get('get', '/experiments/get?experiment_id={alpha}'),
  get('get without an id', '/experiments/get'),
  get('get with an empty id', '/experiments/get?experiment_id='),
  get('get by name', '/experiments/get-by-name?experiment_name=beta'),
  get('get by a name that nobody has', '/experiments/get-by-name?experiment_name=nobody'),
  get('get by no name', '/experiments/get-by-name'),
  post('set a tag', '/experiments/set-experiment-tag', {
    experiment_id: '{alpha}',
    key: 'k',
    value: 'v',
  }),
  post('set a tag without a key', '/experiments/set-experiment-tag', {
    experiment_id: '{alpha}',
    value: 'v',
  }),
  post('set a tag on nothing', '/experiments/set-experiment-tag', {
    experiment_id: '424242',
    key: 'k',
    value: 'v',
  }),
  post('set a tag that is too long', '/experiments/set-experiment-tag', {
    experiment_id: '{alpha}',
    key: 'k'.repeat(251),
    value: 'v',
  }),
  post('delete a tag', '/experiments/delete-experiment-tag', {
    experiment_id: '{alpha}',
    key: 'k',
  }),
  post('delete a tag that is not there', '/experiments/delete-experiment-tag', {
    experiment_id: '{alpha}',
    key: 'none',
  }),
  get('get with its tags', '/experiments/get?experiment_id={alpha}'),
  post(
    'search',
    '/experiments/search',
    { max_results: 10, order_by: ['name ASC'] },
    { differs: 'Default has no time of creation: it is there in every store' },
  ),
  post('search by name', '/experiments/search', { max_results: 10, filter: "name LIKE 'al%'" }),
  post('search by a tag', '/experiments/search', { max_results: 10, filter: "tags.owner = 'ada'" }),
  post('search by two', '/experiments/search', {
    max_results: 10,
    filter: "tags.owner = 'ada' AND name = 'alpha'",
  }),
  post(
    'search for a number as a name',
    '/experiments/search',
    {
      max_results: 10,
      filter: 'name = 1',
    },
    SHOWS_PLACE,
  ),
  post(
    'search by what there is not',
    '/experiments/search',
    {
      max_results: 10,
      filter: "colour = 'red'",
    },
    SHOWS_PLACE,
  ),
  post('search with too many results', '/experiments/search', { max_results: 50_001 }),
  post('search with -1 results', '/experiments/search', { max_results: -1 }),
  post(
    'search a page',
    '/experiments/search',
    { max_results: 1, order_by: ['name'] },
    {
      remember: { page: 'next_page_token' },
      differs: 'Default has no time of creation: it is there in every store',
    },
  ),
  post('search the next page', '/experiments/search', {
    max_results: 1,
    order_by: ['name'],
    page_token: '{page}',
  }),
  post(
    'search with a bad token',
    '/experiments/search',
    {
      max_results: 1,
      page_token: 'nonsense',
    },
    { words: 'the message says what to do' },
  ),
  post(
    'search an order that there is not',
    '/experiments/search',
    {
      max_results: 1,
      order_by: ['colour'],
    },
    SHOWS_PLACE,
  ),
  post('update the name', '/experiments/update', { experiment_id: '{beta}', new_name: 'beta two' }),
  post(
    'update to a name that is taken',
    '/experiments/update',
    {
      experiment_id: '{beta}',
      new_name: 'alpha',
    },
    { differs: 'MLflow shows an error of its database' },
  ),
  post('update nothing', '/experiments/update', { experiment_id: '{beta}' }),
  post('update what there is not', '/experiments/update', {
    experiment_id: '424242',
    new_name: 'x',
  }),
  post('delete', '/experiments/delete', { experiment_id: '{beta}' }),
  post('delete again', '/experiments/delete', { experiment_id: '{beta}' }),
  get('get a deleted one', '/experiments/get?experiment_id={beta}'),
  get('get a deleted one by name', '/experiments/get-by-name?experiment_name=beta%20two'),
  post('search deleted ones', '/experiments/search', {
    max_results: 10,
    view_type: 'DELETED_ONLY',
  }),
  post('create a run in a deleted one', '/runs/create', { experiment_id: '{beta}' }),
  post('restore', '/experiments/restore', { experiment_id: '{beta}' }),
  post('restore again', '/experiments/restore', { experiment_id: '{beta}' }),
  post('delete what there is not', '/experiments/delete', { experiment_id: '424242' }),
];

const runs: readonly Exchange[] = [
  post(
    'create a run',
    '/runs/create',
    {
      experiment_id: '{alpha}',
      user_id: 'ada',
      run_name: 'first',
      start_time: T,
      tags: [{ key: 'a', value: '1' }],
    },
    { remember: { run: 'run.info.run_id' } },
  ),
  post(
    'create a run by its name tag',
    '/runs/create',
    {
      experiment_id: '{alpha}',
      start_time: T + 1,
      tags: [{ key: 'mlflow.runName', value: 'tagged' }],
    },
    { remember: { tagged: 'run.info.run_id' } },
  ),
  post('create a run with two names', '/runs/create', {
    experiment_id: '{alpha}',
    run_name: 'one',
    tags: [{ key: 'mlflow.runName', value: 'other' }],
  }),
  post('create a run nowhere', '/runs/create', { experiment_id: '424242' }),
  post(
    'create a run without an experiment',
    '/runs/create',
    { start_time: T },
    { differs: 'it goes to Default, where MLflow shows an error of its database' },
  ),
  post('create a run with a start that is a word', '/runs/create', {
    experiment_id: '{alpha}',
    start_time: 'soon',
  }),
  get('get the run', '/runs/get?run_id={run}'),
  get('get no run', '/runs/get'),
  post('log a metric', '/runs/log-metric', {
    run_id: '{run}',
    key: 'loss',
    value: 0.5,
    timestamp: T,
    step: 1,
  }),
  post('log a metric with a number in a string', '/runs/log-metric', {
    run_id: '{run}',
    key: 'loss',
    value: '0.25',
    timestamp: String(T + 1),
    step: '2',
  }),
  post('log NaN', '/runs/log-metric', { run_id: '{run}', key: 'odd', value: 'NaN', timestamp: T }),
  post('log a metric at no time', '/runs/log-metric', { run_id: '{run}', key: 'loss', value: 1 }),
  post('log a metric at a negative time', '/runs/log-metric', {
    run_id: '{run}',
    key: 'loss',
    value: 1,
    timestamp: -1,
  }),
  post('log a metric that is a word', '/runs/log-metric', {
    run_id: '{run}',
    key: 'loss',
    value: 'high',
    timestamp: T,
  }),
  post('log a metric without a key', '/runs/log-metric', {
    run_id: '{run}',
    value: 1,
    timestamp: T,
  }),
  post('log a metric without a value', '/runs/log-metric', {
    run_id: '{run}',
    key: 'x',
    timestamp: T,
  }),
  post('log a metric with a bad key', '/runs/log-metric', {
    run_id: '{run}',
    key: 'a/../b',
    value: 1,
    timestamp: T,
  }),
  post('log a metric with a long key', '/runs/log-metric', {
    run_id: '{run}',
    key: 'k'.repeat(251),
    value: 1,
    timestamp: T,
  }),
  post('log a metric to no run', '/runs/log-metric', { key: 'x', value: 1, timestamp: T }),
  post('log a metric to a run that is not there', '/runs/log-metric', {
    run_id: 'f'.repeat(32),
    key: 'x',
    value: 1,
    timestamp: T,
  }),
  post('log a param', '/runs/log-parameter', { run_id: '{run}', key: 'lr', value: '0.1' }),
  post('log it again', '/runs/log-parameter', { run_id: '{run}', key: 'lr', value: '0.1' }),
  post('log another value', '/runs/log-parameter', { run_id: '{run}', key: 'lr', value: '0.2' }),
  post('log a param that is a number', '/runs/log-parameter', {
    run_id: '{run}',
    key: 'n',
    value: 1,
  }),
  post('log a param without a value', '/runs/log-parameter', { run_id: '{run}', key: 'n' }),
  post('set a tag of the run', '/runs/set-tag', { run_id: '{run}', key: 'team', value: 'birds' }),
  post('set it anew', '/runs/set-tag', { run_id: '{run}', key: 'team', value: 'fish' }),
  post('set a tag without a value', '/runs/set-tag', { run_id: '{run}', key: 'team' }),
  post('delete a tag of the run', '/runs/delete-tag', { run_id: '{run}', key: 'a' }),
  post('delete the tag again', '/runs/delete-tag', { run_id: '{run}', key: 'a' }),
  post('log a batch', '/runs/log-batch', {
    run_id: '{run}',
    metrics: [
      { key: 'acc', value: 0.5, timestamp: T, step: 0 },
      { key: 'acc', value: 0.75, timestamp: T + 5, step: 1 },
    ],
    params: [{ key: 'depth', value: '3' }],
    tags: [{ key: 'b', value: 'c' }],
  }),
  post('log an empty batch', '/runs/log-batch', { run_id: '{run}' }),
  post('log a batch with one param twice', '/runs/log-batch', {
    run_id: '{run}',
    params: [
      { key: 'q', value: '1' },
      { key: 'q', value: '2' },
    ],
  }),
  post('log a batch with a metric at no time', '/runs/log-batch', {
    run_id: '{run}',
    metrics: [{ key: 'acc', value: 1 }],
  }),
  post('log a batch with a metric without a key', '/runs/log-batch', {
    run_id: '{run}',
    metrics: [{ value: 1, timestamp: T }],
  }),
  post('log a batch of too many metrics', '/runs/log-batch', {
    run_id: '{run}',
    metrics: Array.from({ length: 1001 }, (_, step) => ({
      key: 'm',
      value: 1,
      timestamp: T,
      step,
    })),
  }),
  post('log a batch of too many params', '/runs/log-batch', {
    run_id: '{run}',
    params: Array.from({ length: 101 }, (_, at) => ({ key: `p${at}`, value: '1' })),
  }),
  post('log a batch of too many tags', '/runs/log-batch', {
    run_id: '{run}',
    tags: Array.from({ length: 101 }, (_, at) => ({ key: `p${at}`, value: '1' })),
  }),
  post('log a batch with another value of a param', '/runs/log-batch', {
    run_id: '{run}',
    params: [{ key: 'lr', value: '9' }],
  }),
  post('log metrics that are no list', '/runs/log-batch', { run_id: '{run}', metrics: 'x' }),
  get('get the run with all of it', '/runs/get?run_id={run}'),
  get('history', '/metrics/get-history?run_id={run}&metric_key=acc&max_results=100'),
  get(
    'history of what there is not',
    '/metrics/get-history?run_id={run}&metric_key=none&max_results=100',
  ),
  get('history without a key', '/metrics/get-history?run_id={run}&max_results=100'),
  get('history of no run', '/metrics/get-history?metric_key=acc'),
  get('history, a page', '/metrics/get-history?run_id={run}&metric_key=acc&max_results=1', {
    remember: { page: 'next_page_token' },
  }),
  get(
    'history, the next page',
    '/metrics/get-history?run_id={run}&metric_key=acc&max_results=1&page_token={page}',
  ),
  get('interval', '/metrics/get-history-bulk-interval?run_ids={run}&metric_key=acc&max_results=10'),
  get('interval without runs', '/metrics/get-history-bulk-interval?metric_key=acc'),
  get(
    'interval with one bound',
    '/metrics/get-history-bulk-interval?run_ids={run}&metric_key=acc&start_step=0',
  ),
  get(
    'interval that is empty',
    '/metrics/get-history-bulk-interval?run_ids={run}&metric_key=acc&start_step=9&end_step=3',
  ),
  get(
    'interval of too many',
    '/metrics/get-history-bulk-interval?run_ids={run}&metric_key=acc&max_results=2501',
  ),
  post('log inputs', '/runs/log-inputs', {
    run_id: '{run}',
    datasets: [
      {
        tags: [{ key: 'mlflow.data.context', value: 'training' }],
        dataset: {
          name: 'd',
          digest: 'abc',
          source_type: 'local',
          source: '{"uri":"x"}',
          schema: '{}',
          profile: '{"rows":3}',
        },
      },
    ],
  }),
  post(
    'create a run elsewhere',
    '/runs/create',
    { experiment_id: '{beta}', start_time: T },
    { remember: { other: 'run.info.run_id' } },
  ),
  post(
    'log inputs without a digest',
    '/runs/log-inputs',
    {
      run_id: '{other}',
      datasets: [{ dataset: { name: 'd', source_type: 'local', source: 'x' } }],
    },
    { differs: 'the digest is required by the protocol; MLflow stores an empty one' },
  ),
  post('log inputs to no run', '/runs/log-inputs', { datasets: [] }),
  get('get the run with its dataset', '/runs/get?run_id={run}'),
  post(
    'search datasets',
    '/experiments/search-datasets',
    { experiment_ids: ['{alpha}'] },
    { differs: 'MLflow serves it below /ajax-api alone' },
  ),
  post('end the run', '/runs/update', { run_id: '{run}', status: 'FINISHED', end_time: T + 100 }),
  post('rename the run', '/runs/update', { run_id: '{run}', run_name: 'renamed' }),
  post('update a run that is not there', '/runs/update', {
    run_id: 'f'.repeat(32),
    status: 'FINISHED',
  }),
  post('update with a status by number', '/runs/update', {
    run_id: '{tagged}',
    status: 4,
    end_time: T + 7,
  }),
  get('get the ended run', '/runs/get?run_id={run}'),
  ...[
    ['a metric', 'metrics.acc > 0.7'],
    ['a metric and a param', "metrics.acc >= 0.75 and params.lr = '0.1'"],
    ['a param that nobody has', "params.none != 'x'"],
    ['a tag', "tags.team = 'fish'"],
    ['LIKE', "params.lr LIKE '0.%'"],
    ['ILIKE', "tags.team ILIKE 'FI%'"],
    ['the status', "attributes.status = 'FINISHED'"],
    ['the name', "attributes.run_name = 'renamed'"],
    ['the start', `attributes.start_time <= ${T}`],
    ['a bare attribute', "status = 'FAILED'"],
    ['ids', "attributes.run_id IN ('{run}')"],
    ['a dataset', "dataset.name = 'd'"],
    ['quoted keys', 'metrics."acc" > 0 and params.`lr` = \'0.1\''],
  ].map(([what, filter]) =>
    post(`search runs by ${what}`, '/runs/search', { experiment_ids: ['{alpha}'], filter }),
  ),
  ...[
    ['a metric as text', "metrics.acc = '1'"],
    ['a param as a number', 'params.lr = 0.1'],
    ['no value', 'metrics.acc >'],
    ['no comparison', 'metrics.acc'],
    ['an entity that there is not', 'colours.acc > 1'],
    ['an attribute that there is not', "attributes.colour = 'red'"],
    ['an unclosed string', "params.lr = '0.1"],
    ['a comparator that does not fit', "metrics.acc LIKE 'x'"],
  ].map(([what, filter]) =>
    post(
      `search runs by ${what}`,
      '/runs/search',
      { experiment_ids: ['{alpha}'], filter },
      SHOWS_PLACE,
    ),
  ),
  post(
    'search runs by OR',
    '/runs/search',
    { experiment_ids: ['{alpha}'], filter: "params.lr = '0.1' OR params.lr = '3'" },
    { differs: 'OR is an extension of Tidemark; MLflow refuses it' },
  ),
  ...[
    'metrics.acc DESC',
    'params.lr ASC',
    'attributes.start_time',
    'tags.team',
    'start_time DESC',
  ].map((key) =>
    post(`order runs by ${key}`, '/runs/search', { experiment_ids: ['{alpha}'], order_by: [key] }),
  ),
  ...['colour', 'metrics.acc sideways', 'attributes.colour'].map((key) =>
    post(
      `order runs by ${key}`,
      '/runs/search',
      { experiment_ids: ['{alpha}'], order_by: [key] },
      SHOWS_PLACE,
    ),
  ),
  post('search runs of nothing', '/runs/search', {}),
  post('search runs of an experiment that is not there', '/runs/search', {
    experiment_ids: ['424242'],
  }),
  post(
    'search a page of runs',
    '/runs/search',
    { experiment_ids: ['{alpha}'], max_results: 1 },
    { remember: { page: 'next_page_token' } },
  ),
  post('search the next page of runs', '/runs/search', {
    experiment_ids: ['{alpha}'],
    max_results: 1,
    page_token: '{page}',
  }),
  post('search runs with 0 results', '/runs/search', {
    experiment_ids: ['{alpha}'],
    max_results: 0,
  }),
  post(
    'search runs with a bad token',
    '/runs/search',
    {
      experiment_ids: ['{alpha}'],
      page_token: '!!',
    },
    { words: 'the message says what to do' },
  ),
  post('delete the run', '/runs/delete', { run_id: '{run}' }),
  post('delete the run again', '/runs/delete', { run_id: '{run}' }),
  post('log to the deleted run', '/runs/log-metric', {
    run_id: '{run}',
    key: 'x',
    value: 1,
    timestamp: T,
  }),
  post('log a param to the deleted run', '/runs/log-parameter', {
    run_id: '{run}',
    key: 'x',
    value: '1',
  }),
  post('log a batch to the deleted run', '/runs/log-batch', {
    run_id: '{run}',
    tags: [{ key: 'x', value: '1' }],
  }),
  post('update the deleted run', '/runs/update', { run_id: '{run}', status: 'FAILED' }),
  post('search deleted runs', '/runs/search', {
    experiment_ids: ['{alpha}'],
    run_view_type: 'DELETED_ONLY',
  }),
  post('restore the run', '/runs/restore', { run_id: '{run}' }),
  post('restore it again', '/runs/restore', { run_id: '{run}' }),
  post('delete a run that is not there', '/runs/delete', { run_id: 'f'.repeat(32) }),
  post('delete no run', '/runs/delete', {}),
  get('list no artifacts', '/artifacts/list?run_id={run}'),
  get('list artifacts of nothing', '/artifacts/list'),
  get('list artifacts outside', '/artifacts/list?run_id={run}&path=../..'),
];

const loggedModels: readonly Exchange[] = [
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
  get('get a logged model that is not there', `/logged-models/m-${'0'.repeat(32)}`),
  patch('make it ready', '/logged-models/{model}', {
    model_id: '{model}',
    status: 'LOGGED_MODEL_READY',
  }),
  patch('set its tags', '/logged-models/{model}/tags', { tags: [{ key: 'u', value: 'w' }] }),
  remove('delete a tag of it', '/logged-models/{model}/tags/u', undefined),
  remove('delete a tag that it has not', '/logged-models/{model}/tags/none', undefined),
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
    differs: 'MLflow forgets of which model the latest point of a metric speaks',
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
    'search logged models by what there is not',
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

const registry: readonly Exchange[] = [
  post('create a model', '/registered-models/create', {
    name: 'whale',
    description: 'counts',
    tags: [{ key: 'sea', value: 'north' }],
  }),
  post('create the model again', '/registered-models/create', { name: 'whale' }),
  post('create one without a name', '/registered-models/create', {}),
  post('create one with a slash', '/registered-models/create', { name: 'a/b' }),
  get('get the model', '/registered-models/get?name=whale'),
  get('get no model', '/registered-models/get'),
  get('get one that is not there', '/registered-models/get?name=nobody'),
  patch('describe it', '/registered-models/update', { name: 'whale', description: 'counts well' }),
  patch('describe one that is not there', '/registered-models/update', {
    name: 'nobody',
    description: 'x',
  }),
  post('create a version', '/model-versions/create', {
    name: 'whale',
    source: 's3://bucket/one',
    run_id: '{run}',
    description: 'first',
    tags: [{ key: 'n', value: '1' }],
  }),
  post('create a second version', '/model-versions/create', {
    name: 'whale',
    source: 's3://bucket/two',
  }),
  post('create a version of nothing', '/model-versions/create', {
    name: 'nobody',
    source: 's3://bucket/x',
  }),
  post('create a version without a source', '/model-versions/create', { name: 'whale' }),
  post('create a version from the disk', '/model-versions/create', {
    name: 'whale',
    source: 'file:///etc',
  }),
  post('create a version from above', '/model-versions/create', {
    name: 'whale',
    source: 'mlflow-artifacts:/../../etc',
  }),
  get('get a version', '/model-versions/get?name=whale&version=1'),
  get('get a version that is not there', '/model-versions/get?name=whale&version=9'),
  get('get a version that is a word', '/model-versions/get?name=whale&version=one'),
  patch('describe a version', '/model-versions/update', {
    name: 'whale',
    version: '1',
    description: 'the first',
  }),
  post('tag a version', '/model-versions/set-tag', {
    name: 'whale',
    version: '1',
    key: 'ok',
    value: 'yes',
  }),
  remove('take the tag away', '/model-versions/delete-tag', {
    name: 'whale',
    version: '1',
    key: 'ok',
  }),
  remove('take it away again', '/model-versions/delete-tag', {
    name: 'whale',
    version: '1',
    key: 'ok',
  }),
  post('tag a version that is not there', '/model-versions/set-tag', {
    name: 'whale',
    version: '9',
    key: 'ok',
    value: 'yes',
  }),
  post('tag the model', '/registered-models/set-tag', { name: 'whale', key: 'k', value: 'v' }),
  remove('take the tag of the model away', '/registered-models/delete-tag', {
    name: 'whale',
    key: 'k',
  }),
  post('set an alias', '/registered-models/alias', {
    name: 'whale',
    alias: 'champion',
    version: '1',
  }),
  post('set an alias that is reserved', '/registered-models/alias', {
    name: 'whale',
    alias: 'latest',
    version: '1',
  }),
  post('set an alias to what is not there', '/registered-models/alias', {
    name: 'whale',
    alias: 'lost',
    version: '9',
  }),
  get('get by the alias', '/registered-models/alias?name=whale&alias=champion'),
  post('move the alias', '/registered-models/alias', {
    name: 'whale',
    alias: 'champion',
    version: '2',
  }),
  get('get the model with its alias', '/registered-models/get?name=whale'),
  remove('delete the alias', '/registered-models/alias', { name: 'whale', alias: 'champion' }),
  remove('delete the alias again', '/registered-models/alias', {
    name: 'whale',
    alias: 'champion',
  }),
  post('transition', '/model-versions/transition-stage', {
    name: 'whale',
    version: '1',
    stage: 'Staging',
    archive_existing_versions: false,
  }),
  post('transition the other, archiving', '/model-versions/transition-stage', {
    name: 'whale',
    version: '2',
    stage: 'staging',
    archive_existing_versions: true,
  }),
  post('transition without saying whether to archive', '/model-versions/transition-stage', {
    name: 'whale',
    version: '2',
    stage: 'Production',
  }),
  post('transition to nothing', '/model-versions/transition-stage', {
    name: 'whale',
    version: '2',
    archive_existing_versions: false,
  }),
  post('latest versions', '/registered-models/get-latest-versions', { name: 'whale' }),
  post('latest versions of a stage', '/registered-models/get-latest-versions', {
    name: 'whale',
    stages: ['Archived'],
  }),
  post('latest versions of a stage that is not one', '/registered-models/get-latest-versions', {
    name: 'whale',
    stages: ['Shelf'],
  }),
  get('where a version is', '/model-versions/get-download-uri?name=whale&version=2'),
  get('search models', '/registered-models/search'),
  get('search models by name', "/registered-models/search?filter=name%20ILIKE%20'WH%25'"),
  get('search models by a tag', "/registered-models/search?filter=tags.sea%20%3D%20'north'"),
  get('search models badly', '/registered-models/search?filter=name%20%3E%201', SHOWS_PLACE),
  get('search too many models', '/registered-models/search?max_results=1001', {
    words: 'MLflow speaks of a text where a number is too large',
  }),
  get('search versions', "/model-versions/search?filter=name%3D'whale'"),
  get('search versions by run', "/model-versions/search?filter=run_id%3D'{run}'"),
  get(
    'search versions by source',
    "/model-versions/search?filter=source_path%3D's3%3A%2F%2Fbucket%2Ftwo'",
  ),
  get(
    'search versions by what there is not',
    "/model-versions/search?filter=colour%3D'red'",
    SHOWS_PLACE,
  ),
  remove('delete a version', '/model-versions/delete', { name: 'whale', version: '2' }),
  get('get the deleted version', '/model-versions/get?name=whale&version=2'),
  post('rename', '/registered-models/rename', { name: 'whale', new_name: 'orca' }),
  post('rename to nothing', '/registered-models/rename', { name: 'orca' }),
  post('rename what is not there', '/registered-models/rename', { name: 'whale', new_name: 'x' }),
  get('get the version under the new name', '/model-versions/get?name=orca&version=1'),
  remove('delete the model', '/registered-models/delete', { name: 'orca' }),
  remove('delete the model again', '/registered-models/delete', { name: 'orca' }),
];

const files: readonly Exchange[] = [
  {
    name: 'put a file',
    differs: 'an empty object, as MLflow 3.11 answered; later versions send no body',
    method: 'PUT',
    path: '/api/2.0/mlflow-artifacts/artifacts/{alpha}/{run}/artifacts/d/x.txt',
    body: 'hello',
  },
  {
    name: 'get the file',
    method: 'GET',
    path: '/api/2.0/mlflow-artifacts/artifacts/{alpha}/{run}/artifacts/d/x.txt',
  },
  {
    name: 'get a file that is not there',
    method: 'GET',
    path: '/api/2.0/mlflow-artifacts/artifacts/{alpha}/{run}/artifacts/none',
  },
  {
    name: 'list below the proxy',
    method: 'GET',
    path: '/api/2.0/mlflow-artifacts/artifacts?path={alpha}/{run}/artifacts',
  },
  {
    name: 'list above the proxy',
    method: 'GET',
    path: '/api/2.0/mlflow-artifacts/artifacts?path=../..',
  },
  {
    name: 'get above the proxy, encoded',
    method: 'GET',
    path: '/api/2.0/mlflow-artifacts/artifacts/%2e%2e/%2e%2e/etc/passwd',
  },
  get('list the files of the run', '/artifacts/list?run_id={run}'),
  get('list a folder of the run', '/artifacts/list?run_id={run}&path=d'),
  { name: 'download', method: 'GET', path: '/get-artifact?run_id={run}&path=d/x.txt' },
  {
    name: 'delete the file',
    method: 'DELETE',
    path: '/api/2.0/mlflow-artifacts/artifacts/{alpha}/{run}/artifacts/d/x.txt',
  },
  get('list after the deletion', '/artifacts/list?run_id={run}', {
    differs: 'MLflow leaves an empty folder behind',
  }),
];

/** In the order in which they build on one another. */
export const EXCHANGES: readonly Exchange[] = [
  ...experiments,
  ...runs,
  ...loggedModels,
  ...files,
  ...registry,
  { name: 'health', method: 'GET', path: '/health' },
  { name: 'a path that there is not', method: 'GET', path: '/api/2.0/mlflow/nothing' },
  {
    name: 'a method that there is not',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/get',
    body: {},
  },
];
