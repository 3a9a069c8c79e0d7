import { actorOf } from '../access/access.ts';
import type { ChangeFact } from '../dispatch/change-event.ts';
import type { Call } from '../dispatch/route.ts';

/** Reports a change of the caller to the listeners. Call it after the write. */
export function tellChange(
  { context, caller }: Pick<Call, 'context' | 'caller'>,
  fact: ChangeFact,
  atMs: number = Date.now(),
): void {
  context.changed({ ...fact, by: actorOf(caller), atMs });
}
