import { z } from 'zod';
import { SERVER_TARGET } from '../access/access.ts';
import { defineRoute, nothing, type Route } from '../dispatch/route.ts';
import { WireError } from '../wire/wire-error.ts';

const CurrentUserResponse = z.object({
  user: z.object({ id: z.null(), username: z.string(), is_admin: z.boolean() }),
  is_basic_auth: z.boolean(),
});

/** Route for the user who is logged in (MLflow: server/auth). */
export const USER_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/mlflow/users/current',
    summary: 'Read the user who is logged in, and whether with HTTP basic.',
    // Every user who is logged in may see their own name.
    needs: 'reader',
    about: () => [],
    request: nothing,
    response: CurrentUserResponse,
    handle: (_message, { caller, request }): z.output<typeof CurrentUserResponse> => {
      if (caller.actor === undefined) {
        // The answer of an MLflow server without logins, so that its page shows no account.
        throw new WireError(
          'RESOURCE_DOES_NOT_EXIST',
          'This server has no logins, and therefore no current user. Start it with --auth to add logins.',
        );
      }
      return {
        // Users have names and no numbers.
        user: {
          id: null,
          username: caller.actor.name,
          is_admin: caller.may('admin', SERVER_TARGET),
        },
        is_basic_auth: /^basic /i.test(request.headers.authorization ?? ''),
      };
    },
  }),
];
