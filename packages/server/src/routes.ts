import type { Route } from './dispatch/route.ts';
import { GRAPHQL_ROUTES } from './graphql/graphql-route.ts';
import { ALIAS_ROUTES } from './routes/aliases.ts';
import { ARTIFACT_UPLOAD_ROUTES } from './routes/artifact-uploads.ts';
import { ARTIFACT_ROUTES } from './routes/artifacts.ts';
import { COMMENT_ROUTES } from './routes/comments.ts';
import { DATASET_ROUTES } from './routes/datasets.ts';
import { EXPERIMENT_ROUTES } from './routes/experiments.ts';
import { LOGGED_MODEL_ROUTES } from './routes/logged-models.ts';
import { METRIC_BUCKETS_ROUTE } from './routes/metric-buckets.ts';
import { METRIC_ROUTES } from './routes/metrics.ts';
import { MODEL_REVIEW_ROUTES } from './routes/model-review.ts';
import { MODEL_VERSION_ROUTES } from './routes/model-versions.ts';
import { REGISTERED_MODEL_ROUTES } from './routes/registered-models.ts';
import { RUN_LOGGING_ROUTES } from './routes/run-logging.ts';
import { RUN_ROUTES } from './routes/runs.ts';
import { TRANSITION_REQUEST_ROUTES } from './routes/transition-requests.ts';
import { USER_ROUTES } from './routes/users.ts';

/** All routes: those of MLflow's API in the order of its documentation, and ours next to what they are about. */
export const ROUTES: readonly Route[] = [
  ...EXPERIMENT_ROUTES,
  ...DATASET_ROUTES,
  ...RUN_ROUTES,
  ...RUN_LOGGING_ROUTES,
  ...METRIC_ROUTES,
  METRIC_BUCKETS_ROUTE,
  ...LOGGED_MODEL_ROUTES,
  ...ARTIFACT_ROUTES,
  ...ARTIFACT_UPLOAD_ROUTES,
  ...REGISTERED_MODEL_ROUTES,
  ...ALIAS_ROUTES,
  ...MODEL_VERSION_ROUTES,
  ...TRANSITION_REQUEST_ROUTES,
  ...COMMENT_ROUTES,
  ...MODEL_REVIEW_ROUTES,
  ...USER_ROUTES,
  ...GRAPHQL_ROUTES,
];
