import type { Exchange } from './exchange.ts';
import { get, post, SHOWS_PLACE } from './requests.ts';

/** Exchanges about experiments: create, find, change, delete. */
export const EXPERIMENT_EXCHANGES: readonly Exchange[] = [
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
  post('tags that are not a list', '/experiments/create', { name: 'gamma', tags: 'x' }),
  post('a body that is a list', '/experiments/create', [1], {
    differs: 'MLflow fails with a page for status 500',
  }),
  get('get', '/experiments/get?experiment_id={alpha}'),
  get('get without an id', '/experiments/get'),
  get('get with an empty id', '/experiments/get?experiment_id='),
  get('get by name', '/experiments/get-by-name?experiment_name=beta'),
  get('get by an unknown name', '/experiments/get-by-name?experiment_name=missing'),
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
  post('set a tag on a missing one', '/experiments/set-experiment-tag', {
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
  post('delete a missing tag', '/experiments/delete-experiment-tag', {
    experiment_id: '{alpha}',
    key: 'none',
  }),
  get('get with its tags', '/experiments/get?experiment_id={alpha}'),
  post(
    'search',
    '/experiments/search',
    { max_results: 10, order_by: ['name ASC'] },
    { differs: 'Default has no time of creation: it is in every store' },
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
    'search by an unknown field',
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
      differs: 'Default has no time of creation: it is in every store',
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
    'search in an unknown order',
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
  post('update a missing one', '/experiments/update', {
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
  post('delete a missing one', '/experiments/delete', { experiment_id: '424242' }),
];
