import { ARTIFACT_EXCHANGES } from './artifact-exchanges.ts';
import type { Exchange } from './exchange.ts';
import { EXPERIMENT_EXCHANGES } from './experiment-exchanges.ts';
import { LOGGED_MODEL_EXCHANGES } from './logged-model-exchanges.ts';
import { REGISTRY_EXCHANGES } from './registry-exchanges.ts';
import { RUN_EXCHANGES } from './run-exchanges.ts';

/** In the order in which they build on one another. */
export const EXCHANGES: readonly Exchange[] = [
  ...EXPERIMENT_EXCHANGES,
  ...RUN_EXCHANGES,
  ...LOGGED_MODEL_EXCHANGES,
  ...ARTIFACT_EXCHANGES,
  ...REGISTRY_EXCHANGES,
  {
    name: 'what a page may tell of its use',
    method: 'GET',
    path: '/ajax-api/3.0/mlflow/ui-telemetry',
  },
  {
    name: 'what a page tells of its use',
    method: 'POST',
    path: '/ajax-api/3.0/mlflow/ui-telemetry',
    body: { records: [] },
  },
  { name: 'health', method: 'GET', path: '/health' },
  { name: 'a path that there is not', method: 'GET', path: '/api/2.0/mlflow/nothing' },
  {
    name: 'a method that there is not',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/get',
    body: {},
  },
];
