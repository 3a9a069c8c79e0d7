import { ARTIFACT_EXCHANGES } from './artifact-exchanges.ts';
import type { Exchange } from './exchange.ts';
import { EXPERIMENT_EXCHANGES } from './experiment-exchanges.ts';
import { LOGGED_MODEL_EXCHANGES } from './logged-model-exchanges.ts';
import { REGISTRY_EXCHANGES } from './registry-exchanges.ts';
import { RUN_EXCHANGES } from './run-exchanges.ts';

/** All exchanges, in the order in which they depend on one another. */
export const EXCHANGES: readonly Exchange[] = [
  ...EXPERIMENT_EXCHANGES,
  ...RUN_EXCHANGES,
  ...LOGGED_MODEL_EXCHANGES,
  ...ARTIFACT_EXCHANGES,
  ...REGISTRY_EXCHANGES,
  {
    name: 'get the telemetry settings',
    method: 'GET',
    path: '/ajax-api/3.0/mlflow/ui-telemetry',
  },
  {
    name: 'send telemetry',
    method: 'POST',
    path: '/ajax-api/3.0/mlflow/ui-telemetry',
    body: { records: [] },
  },
  { name: 'health', method: 'GET', path: '/health' },
  { name: 'an unknown path', method: 'GET', path: '/api/2.0/mlflow/nothing' },
  {
    name: 'an unknown method',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/get',
    body: {},
  },
];
