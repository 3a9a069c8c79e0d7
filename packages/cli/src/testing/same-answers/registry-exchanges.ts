import type { Exchange } from './exchange.ts';
import { get, patch, post, remove, SHOWS_PLACE } from './requests.ts';

/** Exchanges about registered models and their versions. */
export const REGISTRY_EXCHANGES: readonly Exchange[] = [
  post('create a model', '/registered-models/create', {
    name: 'whale',
    description: 'counts',
    tags: [{ key: 'sea', value: 'north' }],
  }),
  post('create the model again', '/registered-models/create', { name: 'whale' }),
  post('create one without a name', '/registered-models/create', {}),
  post('create one with a slash', '/registered-models/create', { name: 'a/b' }),
  post('create one named .', '/registered-models/create', { name: '.' }),
  post('create one named ..', '/registered-models/create', { name: '..' }),
  post('create one that starts with ..', '/registered-models/create', { name: '..a' }),
  get('get the model', '/registered-models/get?name=whale'),
  get('get no model', '/registered-models/get'),
  get('get a missing one', '/registered-models/get?name=missing'),
  patch('describe it', '/registered-models/update', { name: 'whale', description: 'counts well' }),
  patch('describe a missing one', '/registered-models/update', {
    name: 'missing',
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
  post('create a version of a missing model', '/model-versions/create', {
    name: 'missing',
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
  post('create a version of a missing run without its id', '/model-versions/create', {
    name: 'whale',
    source: `runs:/${'c'.repeat(32)}/m`,
  }),
  post('create a version of a run without its id', '/model-versions/create', {
    name: 'whale',
    source: `runs:/${'c'.repeat(32)}/m`,
    run_id: '',
  }),
  post('create a version of another run', '/model-versions/create', {
    name: 'whale',
    source: `runs:/${'c'.repeat(32)}/m`,
    run_id: '{run}',
  }),
  post('create a version of a missing logged model', '/model-versions/create', {
    name: 'whale',
    source: `models:/m-${'c'.repeat(32)}`,
  }),
  post('create a version from below', '/model-versions/create', {
    name: 'whale',
    source: 'm/../../etc',
  }),
  post(
    'create a version of a stage that is empty',
    '/model-versions/create',
    { name: 'whale', source: 'models:/whale/Staging' },
    { differs: "MLflow answers the client's mistake with 500" },
  ),
  get('get a version', '/model-versions/get?name=whale&version=1'),
  get('get a missing version', '/model-versions/get?name=whale&version=9'),
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
  remove('delete the tag', '/model-versions/delete-tag', {
    name: 'whale',
    version: '1',
    key: 'ok',
  }),
  remove('delete it again', '/model-versions/delete-tag', {
    name: 'whale',
    version: '1',
    key: 'ok',
  }),
  post('tag a missing version', '/model-versions/set-tag', {
    name: 'whale',
    version: '9',
    key: 'ok',
    value: 'yes',
  }),
  post('tag the model', '/registered-models/set-tag', { name: 'whale', key: 'k', value: 'v' }),
  remove('delete the tag of the model', '/registered-models/delete-tag', {
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
  post('set an alias to a missing version', '/registered-models/alias', {
    name: 'whale',
    alias: 'lost',
    version: '9',
  }),
  post('set an alias of a missing model', '/registered-models/alias', {
    name: 'missing',
    alias: 'lost',
    version: '1',
  }),
  post('set an alias with a space', '/registered-models/alias', {
    name: 'whale',
    alias: 'a b',
    version: '1',
  }),
  post('set an alias that is too long', '/registered-models/alias', {
    name: 'whale',
    alias: 'a'.repeat(256),
    version: '1',
  }),
  post('set an empty alias', '/registered-models/alias', {
    name: 'whale',
    alias: '',
    version: '1',
  }),
  get('get by the alias', '/registered-models/alias?name=whale&alias=champion'),
  post('move the alias', '/registered-models/alias', {
    name: 'whale',
    alias: 'champion',
    version: '2',
  }),
  get('get the model with its alias', '/registered-models/get?name=whale', {
    differs: 'MLflow leaves the aliases of the latest versions out (mlflow/mlflow#16734)',
  }),
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
    words: 'MLflow names a text where a number is too large',
  }),
  get('search versions', "/model-versions/search?filter=name%3D'whale'"),
  get('search versions by run', "/model-versions/search?filter=run_id%3D'{run}'"),
  get(
    'search versions by source',
    "/model-versions/search?filter=source_path%3D's3%3A%2F%2Fbucket%2Ftwo'",
  ),
  get(
    'search versions by an unknown field',
    "/model-versions/search?filter=colour%3D'red'",
    SHOWS_PLACE,
  ),
  remove('delete a version', '/model-versions/delete', { name: 'whale', version: '2' }),
  get('get the deleted version', '/model-versions/get?name=whale&version=2'),
  post('rename', '/registered-models/rename', { name: 'whale', new_name: 'orca' }),
  post('rename to the same name', '/registered-models/rename', { name: 'orca', new_name: 'orca' }),
  post('rename to nothing', '/registered-models/rename', { name: 'orca' }),
  post('rename a missing one', '/registered-models/rename', { name: 'whale', new_name: 'x' }),
  get('get the version under the new name', '/model-versions/get?name=orca&version=1'),
  remove('delete the model', '/registered-models/delete', { name: 'orca' }),
  remove('delete the model again', '/registered-models/delete', { name: 'orca' }),
];
