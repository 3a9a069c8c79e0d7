import { actorOf } from '../access/access.ts';
import type { ChangeFact } from '../dispatch/change-event.ts';
import type { Call } from '../dispatch/route.ts';

/** Tells those who listen of a change that the caller made, once it is written. */
export function tellChange(
  { context, caller }: Pick<Call, 'context' | 'caller'>,
  fact: ChangeFact,
  atMs: number = Date.now(),
): void {
  context.changed({ ...fact, by: actorOf(caller), atMs });
}
