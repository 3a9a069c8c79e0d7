import type { FastifyRequest } from 'fastify';
import type { AccessControl, AccessTarget, Caller, Role } from '../access/access.ts';
import { Authenticator, type AuthenticatorOptions, type Identity } from './authenticator.ts';
import { rememberWait } from './retry-after.ts';
import { reaches, roleFor } from './role.ts';

/**
 * Access control for the users of a file. Requests authenticate with a token or a password, and may do what
 * the roles of the user allow.
 * @throws AUTH_FILE_INVALID
 */
export function fileAccess(options: AuthenticatorOptions): AccessControl {
  const authenticator = new Authenticator(options);
  return {
    async identify(request: FastifyRequest): Promise<Caller> {
      try {
        return callerOf(await authenticator.identify(request.headers.authorization, request.ip));
      } catch (error) {
        rememberWait(request, error);
        throw error;
      }
    },
  };
}

function callerOf({ name, grants }: Identity): Caller {
  const granted = [...Object.values(grants.experiments), ...Object.values(grants.models)];
  return {
    actor: { name, authenticated: true },
    unrestricted: granted.length === 0 && roleFor(grants, { kind: 'server' }) === 'admin',
    readsAll: [grants.role, ...granted].every((role) => reaches(role, 'reader')),
    may(role: Role, target: AccessTarget): boolean {
      return reaches(roleFor(grants, target), role);
    },
  };
}
