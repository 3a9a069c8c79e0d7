import type { Route } from './route.ts';
import { EXPERIMENT_ROUTES } from './routes/experiments.ts';
import { METRIC_ROUTES } from './routes/metrics.ts';
import { RUN_LOGGING_ROUTES } from './routes/run-logging.ts';
import { RUN_ROUTES } from './routes/runs.ts';
import { systemRoutes } from './routes/system.ts';

/** Everything that the server serves by itself. */
export const ROUTES: readonly Route[] = [
  ...EXPERIMENT_ROUTES,
  ...RUN_ROUTES,
  ...RUN_LOGGING_ROUTES,
  ...METRIC_ROUTES,
  ...systemRoutes(() => ROUTES),
];
