import type { Actor } from '@tidemark/core';
import { CLAIMED_NAME_HEADER, parseClaimedName } from '@tidemark/mlflow';
import type { FastifyRequest } from 'fastify';
import { WireError } from '../wire/wire-error.ts';

/** The rights of a user. Each role includes those before it. */
export type Role = 'reader' | 'writer' | 'approver' | 'admin';

/** What a request is about: roles can differ per experiment and per registered model. */
export type AccessTarget =
  | { readonly kind: 'experiment'; readonly experimentId: string }
  | { readonly kind: 'registered-model'; readonly name: string }
  | { readonly kind: 'server' }
  /** An id of a run or a logged model that the caller cannot see: it is not there, or closed to them. */
  | { readonly kind: 'unseen' };

type SeenTarget = Exclude<AccessTarget, { readonly kind: 'unseen' }>;

/** Who calls, and what they may do. */
export interface Caller {
  /** The authenticated actor; absent on a server without logins, where a name is only a claim. */
  readonly actor?: Actor;
  /** The claimed name of a caller on a server without logins. */
  readonly claimedName?: string;
  /** Whether every call is allowed: then what a request is about need not be found out. */
  readonly unrestricted: boolean;
  /** Whether the caller may read everything, so that nothing has to be hidden. */
  readonly readsAll: boolean;
  may(role: Role, target: AccessTarget): boolean;
}

/** How a server finds out who calls. `auth` makes one from a file of users and tokens. */
export interface AccessControl {
  /** @throws UNAUTHENTICATED, TOO_MANY_ATTEMPTS */
  identify(request: FastifyRequest): Caller | Promise<Caller>;
}

/** The whole server, as a target. */
export const SERVER_TARGET: SeenTarget = { kind: 'server' };

/** What an id is about that the caller cannot see. */
export const UNSEEN_TARGET: AccessTarget = { kind: 'unseen' };

/**
 * Everybody may do everything, under the name they give: for a server on the loopback address. A name
 * can be given as the user of HTTP basic, whose password is not checked here, or in Tidemark's own header.
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
 * What is unseen is answered alike whether it is there or not, without the id; to a caller who may read
 * everything it is a thing that is not there, which the route says itself.
 * @throws WireError PERMISSION_DENIED (403); RESOURCE_DOES_NOT_EXIST (404) where something unseen is to be read
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
        'There is nothing of this id or path, or you have no role on its experiment. Ask an admin of the server for the role reader on it.',
      )
    : new WireError(
        'PERMISSION_DENIED',
        `Permission denied: there is nothing of this id or path, or you have no role on its experiment. Ask an admin of the server for the role ${role} on it.`,
      );
}

/**
 * The actor to record: the authenticated one, never a name from the request while there is one; else
 * the name that was claimed, which may be empty.
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
