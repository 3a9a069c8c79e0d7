import { compareEventOrder, type EventOrder } from '../../events/stamp.ts';
import { kindOf, type StoreEvent } from '../../events/store-event.ts';
import { PurgedThings } from '../../fold/purged-things.ts';
import type { PurgeTarget } from '../../tracking/purge-plan.ts';
import { logNames } from '../log/log-reader.ts';
import { type ScannedLog, scanLog } from '../log/log-scan.ts';

/** Everything that a clean-up needs to know about the logs. */
export interface StoreScan {
  readonly logs: readonly ScannedLog[];
  readonly things: PurgedThings;
  /** The runs, models and experiments that are deleted, and since when. */
  readonly deleted: readonly { readonly target: PurgeTarget; readonly sinceMs: number }[];
}

interface Stage {
  readonly target: PurgeTarget;
  readonly isDeleted: boolean;
  readonly order: EventOrder;
}

/** Reads every log of a store once. @throws STORE_FORMAT_TOO_NEW */
export function scanStore(folder: string): StoreScan {
  const things = new PurgedThings();
  const stages = new Map<string, Stage>();
  const logs: ScannedLog[] = [];
  for (const name of logNames(folder)) {
    const log = scanLog(folder, name, (ordered) => {
      things.note(ordered.event, ordered);
      noteStage(stages, ordered.event, ordered);
    });
    if (log !== undefined) logs.push(log);
  }
  const deleted = [...stages.values()].flatMap(({ target, isDeleted, order }) =>
    isDeleted && !isGone(things, target)
      ? [{ target, sinceMs: Math.floor(order.stampUs / 1000) }]
      : [],
  );
  return { logs, things, deleted };
}

function noteStage(stages: Map<string, Stage>, event: StoreEvent, order: EventOrder): void {
  const kind = kindOf(event);
  const stage = kind.stage(event);
  if (stage === undefined) return;
  const target = kind.subject(event);
  const key = JSON.stringify(target);
  const known = stages.get(key);
  if (known !== undefined && compareEventOrder(known.order, order) >= 0) return;
  stages.set(key, { target, isDeleted: stage === 'deleted', order });
}

function isGone(things: PurgedThings, target: PurgeTarget): boolean {
  if ('experiment' in target) return things.isExperimentGone(target.experiment);
  return things.isGone('run' in target ? target.run : target.model);
}
