import type { FastifyRequest } from 'fastify';
import type { AccessControl, AccessTarget, Caller, Role } from '../access.ts';
import { Authenticator, type AuthenticatorOptions, type Identity } from './authenticator.ts';
import { reaches, roleFor } from './role.ts';

/**
 * Access for the users of a file: requests prove who sends them with a token or a password, and are
 * allowed what the user's roles allow.
 * @throws AUTH_FILE_INVALID
 */
export function fileAccess(options: AuthenticatorOptions): AccessControl {
  const authenticator = new Authenticator(options);
  return {
    identify(request: FastifyRequest): Caller | Promise<Caller> {
      const identity = authenticator.identify(request.headers.authorization, request.ip);
      return identity instanceof Promise ? identity.then(callerOf) : callerOf(identity);
    },
  };
}

function callerOf({ name, grants }: Identity): Caller {
  const plain = Object.keys(grants.experiments).length + Object.keys(grants.models).length === 0;
  return {
    actor: { name, authenticated: true },
    unrestricted: plain && roleFor(grants, { kind: 'server' }) === 'admin',
    may(role: Role, target: AccessTarget): boolean {
      return reaches(roleFor(grants, target), role);
    },
  };
}
