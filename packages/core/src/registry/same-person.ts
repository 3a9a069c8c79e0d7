import type { Actor } from '../model/registered-model.ts';

/** Whether the current actor may act for an earlier one: the same name, and authenticated if the earlier one was. */
export function isSamePerson(then: Actor, now: Actor): boolean {
  return then.name === now.name && (now.authenticated || !then.authenticated);
}
