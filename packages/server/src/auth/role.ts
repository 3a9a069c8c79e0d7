import type { AccessTarget, Role } from '../access/access.ts';

/**
 * The roles, each of which may do all that the ones before it may: read; log runs and register models;
 * move versions between stages, set aliases and decide on requests; administer.
 */
export const ROLES: readonly ['reader', 'writer', 'approver', 'admin'] = [
  'reader',
  'writer',
  'approver',
  'admin',
];

/** A role, or `none`: the thing is as if it were not there. */
export type GrantedRole = Role | 'none';

/** Roles of a user: one for everything, and others for some experiments and registered models. */
export interface Grants {
  readonly role: GrantedRole;
  /** By experiment id: it counts instead of `role`, be it more or less. */
  readonly experiments: Readonly<Record<string, GrantedRole>>;
  /** By name of a registered model: it counts instead of `role`, be it more or less. */
  readonly models: Readonly<Record<string, GrantedRole>>;
  /** No grant goes above this one: a token may be given less than its user has. */
  readonly ceiling?: Role;
}

/** Whether a role reaches at least as far as another. */
export function reaches(role: GrantedRole, needed: Role): boolean {
  return rank(role) >= rank(needed);
}

/** The role that a user has for one thing. */
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

/** A model may be called `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
