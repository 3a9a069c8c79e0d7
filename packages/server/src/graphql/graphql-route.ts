import { z } from 'zod';
import { defineRoute, type Route } from '../dispatch/route.ts';

/** A query of the page is a few kilobytes. With 100 run ids and a filter it is still far below this. */
const BODY_LIMIT_BYTES = 256 * 1024;

/**
 * The route for the queries of MLflow's page. Each root field calls a route of the REST API, which checks the
 * caller. An error is answered with status 200 in GraphQL's form, so that no client treats it as a network failure.
 */
export const GRAPHQL_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/graphql',
    at: 'root',
    summary:
      "The queries of MLflow's page about experiments and runs; no mutations, no introspection.",
    needs: 'reader',
    // Each root field checks the role on its own target.
    about: () => [],
    request: z.object({
      query: z.string().min(1),
      variables: z.record(z.string(), z.unknown()).nullish(),
      operationName: z.string().nullish(),
    }),
    response: z.object({
      data: z.record(z.string(), z.unknown()).nullish(),
      errors: z.array(z.object({ message: z.string() })).optional(),
    }),
    bodyLimitBytes: BODY_LIMIT_BYTES,
    isNoMessage: true,
    handle: async (message, call) => {
      // Loaded with the first query, because it would be a third of the code that the server loads at the start.
      const { answerQuery } = await import('./answer-query.ts');
      return answerQuery(message, call);
    },
  }),
];
