import type { Route } from './route.ts';
import { EXPERIMENT_ROUTES } from './routes/experiments.ts';
import { systemRoutes } from './routes/system.ts';

/** Everything that the server serves by itself. */
export const ROUTES: readonly Route[] = [...EXPERIMENT_ROUTES, ...systemRoutes(() => ROUTES)];
