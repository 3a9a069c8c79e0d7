import { defineRoute, nothing, type Route } from '../dispatch/route.ts';
import type { HttpMetrics } from '../security/http-metrics.ts';

/** Returns the route `/metrics` for Prometheus. On a server with logins it needs one too. */
export function metricsRoute(metrics: HttpMetrics): Route {
  return defineRoute({
    method: 'GET',
    path: '/metrics',
    at: 'root',
    summary: 'Read counts and durations of requests, in the text format of Prometheus.',
    needs: 'reader',
    request: nothing,
    handle: async (_message, { reply }) => {
      const { contentType, text } = await metrics.render();
      return reply.header('content-type', contentType).send(text);
    },
  });
}
