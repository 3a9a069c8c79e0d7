import type { Actor } from '../model/registered-model.ts';

/**
 * Whether somebody who acts now may speak for who acted then: the same name, and no mere claim where
 * the first was authenticated.
 */
export function isSamePerson(then: Actor, now: Actor): boolean {
  return then.name === now.name && (now.authenticated || !then.authenticated);
}
