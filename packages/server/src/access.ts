import type { Actor } from '@tidemark/core';
import type { FastifyRequest } from 'fastify';
import { WireError } from './wire/wire-error.ts';

/** What somebody may do, each role including those before it. */
export type Role = 'reader' | 'writer' | 'approver' | 'admin';

/** What a request is about: roles can differ per experiment and per registered model. */
export type AccessTarget =
  | { readonly kind: 'experiment'; readonly experimentId: string }
  | { readonly kind: 'registered-model'; readonly name: string }
  | { readonly kind: 'server' };

/** Who calls, and what they may do. */
export interface Caller {
  /** The authenticated actor; absent where nobody has to log in, so that a name can only be claimed. */
  readonly actor?: Actor;
  /** The name that somebody gave who did not have to log in. */
  readonly claimedName?: string;
  /** Whether every call is allowed: then what a request is about need not be found out. */
  readonly unrestricted: boolean;
  may(role: Role, target: AccessTarget): boolean;
}

/** How a server finds out who calls. `src/auth` makes one from a file of users and tokens. */
export interface AccessControl {
  /** @throws UNAUTHENTICATED, TOO_MANY_ATTEMPTS */
  identify(request: FastifyRequest): Caller | Promise<Caller>;
}

/** The whole server, as a target. */
export const SERVER_TARGET: AccessTarget = { kind: 'server' };

/**
 * Everybody may do everything, under the name they give: for a server on the loopback address. A name
 * can be given as the user of HTTP basic, whose password nobody checks here.
 */
export function openAccess(): AccessControl {
  return {
    identify: ({ headers }) => {
      const name = claimedName(headers.authorization);
      return {
        unrestricted: true,
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

/** @throws WireError PERMISSION_DENIED (403) */
export function assertAllowed(
  caller: Caller,
  role: Role,
  targets: AccessTarget | readonly AccessTarget[],
): void {
  for (const target of Array.isArray(targets) ? targets : [targets]) {
    if (caller.may(role, target as AccessTarget)) continue;
    throw new WireError(
      'PERMISSION_DENIED',
      `Permission denied: this needs the role ${role} ${nameOf(target as AccessTarget)}. Ask an admin of the server for it.`,
    );
  }
}

/**
 * The actor to record: the authenticated one, never a name from the request while there is one; else
 * the name that was claimed, which may be empty.
 */
export function actorOf(caller: Caller): Actor {
  return caller.actor ?? { name: caller.claimedName ?? '', authenticated: false };
}

function nameOf(target: AccessTarget): string {
  switch (target.kind) {
    case 'experiment':
      return `on the experiment ${target.experimentId}`;
    case 'registered-model':
      return `on the registered model ${JSON.stringify(target.name)}`;
    case 'server':
      return 'on the server';
  }
}
