import { z } from 'zod';
import { defineRoute, type Route } from '../dispatch/route.ts';

/** The page's queries have some kilobytes; 100 run ids and a filter fit many times over. */
const BODY_LIMIT_BYTES = 256 * 1024;

/**
 * The queries of MLflow's page. Each root field asks a route of the REST API, which checks the caller; an error is
 * answered with status 200 in GraphQL's form, so that no client takes it for a failure of the network.
 */
export const GRAPHQL_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/graphql',
    at: 'root',
    summary:
      "The queries of MLflow's page about experiments and runs; no mutations, no introspection.",
    needs: 'reader',
    // Each field asks for itself.
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
      // Loaded when it is first asked for: it would be a third of what the server loads when it starts.
      const { answerQuery } = await import('./answer-query.ts');
      return answerQuery(message, call);
    },
  }),
];
