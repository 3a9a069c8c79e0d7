import type { Exchange } from './exchange.ts';
import { get } from './requests.ts';

/** Exchanges about files of a run, through the proxy. */
export const ARTIFACT_EXCHANGES: readonly Exchange[] = [
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
    name: 'get a missing file',
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
