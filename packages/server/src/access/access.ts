import type { Actor } from '@tidemark/core';
import { CLAIMED_NAME_HEADER, parseClaimedName } from '@tidemark/mlflow';
import type { FastifyRequest } from 'fastify';
import { WireError } from '../wire/wire-error.ts';

/** Roles of a user, from the least to the greatest. Each includes the rights of those before it. */
export type Role = 'reader' | 'writer' | 'approver' | 'admin';

/** The target of a request. A role can differ per experiment and per registered model. */
export type AccessTarget =
  | { readonly kind: 'experiment'; readonly experimentId: string }
  | { readonly kind: 'registered-model'; readonly name: string }
  | { readonly kind: 'server' }
  /** The id of a run or a logged model that does not exist, or that the caller may not see. */
  | { readonly kind: 'unseen' };

type SeenTarget = Exclude<AccessTarget, { readonly kind: 'unseen' }>;

/** The user behind a request, and what they may do. */
export interface Caller {
  /** The authenticated user. Absent on a server without logins, where a name is only a claim. */
  readonly actor?: Actor;
  /** The name that the caller claims, on a server without logins. */
  readonly claimedName?: string;
  /** Whether the caller may do everything. The server then skips finding the target of a request. */
  readonly unrestricted: boolean;
  /** Whether the caller may read everything. The server then hides nothing. */
  readonly readsAll: boolean;
  may(role: Role, target: AccessTarget): boolean;
}

/** Identifies the caller of a request. The option `authFile` makes one from a file of users and tokens. */
export interface AccessControl {
  /** Identifies the caller of `request`. @throws UNAUTHENTICATED, TOO_MANY_ATTEMPTS */
  identify(request: FastifyRequest): Caller | Promise<Caller>;
}

/** The target of requests that concern the whole server. */
export const SERVER_TARGET: SeenTarget = { kind: 'server' };

/** The target of an id that the caller may not see. */
export const UNSEEN_TARGET: AccessTarget = { kind: 'unseen' };

/**
 * Access control without logins: every caller may do everything, under the name they give. It is for a server
 * on the loopback address. The name is the user name of HTTP basic, whose password is not checked, or the
 * value of Tidemark's own header.
 *
 * @example
 * ```ts
 * const server = await createServer({ store, access: openAccess() });
 * ```
 */
export function openAccess(): AccessControl {
  return {
    identify: ({ headers }) => {
      const name =
        claimedName(headers.authorization) ?? parseClaimedName(headers[CLAIMED_NAME_HEADER]);
      return {
        unrestricted: true,
        readsAll: true,
        may: () => true,
        ...(name === undefined ? {} : { claimedName: name }),
      };
    },
  };
}

function claimedName(authorization: string | undefined): string | undefined {
  const encoded = /^basic\s+([\w+/=-]{1,1000})$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [name = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 1);
  return name === '' ? undefined : name;
}

/**
 * Refuses a request for which the caller lacks the role. For an unseen target the answer is the same whether
 * it exists or not, and does not repeat the id. A caller who may read everything passes: the route then
 * reports what does not exist.
 * @throws WireError PERMISSION_DENIED (403); RESOURCE_DOES_NOT_EXIST (404) when an unseen target is to be
 * read
 */
export function assertAllowed(
  caller: Caller,
  role: Role,
  targets: AccessTarget | readonly AccessTarget[],
): void {
  for (const target of (Array.isArray(targets) ? targets : [targets]) as readonly AccessTarget[]) {
    if (target.kind === 'unseen' && !caller.readsAll) throw unseen(role);
    const asked: SeenTarget = target.kind === 'unseen' ? SERVER_TARGET : target;
    if (caller.may(role, asked)) continue;
    throw new WireError(
      'PERMISSION_DENIED',
      `Permission denied: this needs the role ${role} ${nameOf(asked)}. Ask an admin of the server for it.`,
    );
  }
}

function unseen(role: Role): WireError {
  return role === 'reader'
    ? new WireError(
        'RESOURCE_DOES_NOT_EXIST',
        'Nothing has this id or path, or you have no role on its experiment. Ask an admin of the server for the role reader on it.',
      )
    : new WireError(
        'PERMISSION_DENIED',
        `Permission denied: nothing has this id or path, or you have no role on its experiment. Ask an admin of the server for the role ${role} on it.`,
      );
}

/**
 * Returns the actor to record: the authenticated user. On a server without logins it is the claimed name,
 * which may be empty.
 */
export function actorOf(caller: Caller): Actor {
  return caller.actor ?? { name: caller.claimedName ?? '', authenticated: false };
}

function nameOf(target: SeenTarget): string {
  switch (target.kind) {
    case 'experiment':
      return `on the experiment ${target.experimentId}`;
    case 'registered-model':
      return `on the registered model ${JSON.stringify(target.name)}`;
    case 'server':
      return 'on the server';
  }
}
