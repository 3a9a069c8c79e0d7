import type { AccessTarget, Role } from '../access/access.ts';

/**
 * The roles. Each may do all that the roles before it may: `reader` reads; `writer` logs runs and registers
 * models; `approver` moves versions between stages, sets aliases and decides on requests; `admin`
 * administers.
 */
export const ROLES: readonly ['reader', 'writer', 'approver', 'admin'] = [
  'reader',
  'writer',
  'approver',
  'admin',
];

/** A role, or `none`: the user then does not see that the thing exists. */
export type GrantedRole = Role | 'none';

/** Roles of a user: one for everything, and others for single experiments and registered models. */
export interface Grants {
  readonly role: GrantedRole;
  /** Roles by experiment id. They replace `role`, whether they are greater or less. */
  readonly experiments: Readonly<Record<string, GrantedRole>>;
  /** Roles by name of a registered model. They replace `role`, whether they are greater or less. */
  readonly models: Readonly<Record<string, GrantedRole>>;
  /** The greatest role of any grant. A token may allow less than its user. */
  readonly ceiling?: Role;
}

/** Returns whether a role includes another. */
export function reaches(role: GrantedRole, needed: Role): boolean {
  return rank(role) >= rank(needed);
}

/** Returns the role that a user has for a target. */
export function roleFor(grants: Grants, target: AccessTarget): GrantedRole {
  const granted =
    target.kind === 'experiment'
      ? own(grants.experiments, target.experimentId)
      : target.kind === 'registered-model'
        ? own(grants.models, target.name)
        : undefined;
  return lower(granted ?? grants.role, grants.ceiling ?? 'admin');
}

function lower(a: GrantedRole, b: GrantedRole): GrantedRole {
  return rank(a) <= rank(b) ? a : b;
}

function rank(role: GrantedRole): number {
  return role === 'none' ? -1 : ROLES.indexOf(role);
}

/** Reads an own property, since a model may be called `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
