import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { currentActor } from '@tidemark/client';
import type { Store } from '@tidemark/core';
import { collectGarbage, type GarbagePlan, LAYOUT, planGarbage } from '@tidemark/core/node';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatBytes } from '../../render/quantities.ts';
import { printable, styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import { storeFolder } from '../../store-folder.ts';
import type { Terminal } from '../../terminal.ts';
import { ThingsLeftOut } from '../../things-left-out.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Options of `tidemark gc`. */
export interface CollectGarbageOptions {
  readonly store?: string;
  /** Whether to do it. Without it, the command only shows what it would do. */
  readonly yes?: true;
  /** Purges what was deleted this many days ago. */
  readonly olderThan?: number;
  readonly json?: boolean;
}

/**
 * Shows what a clean-up would free, or does it.
 * @throws STORE_NOT_FOUND, STORE_URI_UNSUPPORTED, STORE_DAMAGED; LAKE_DAMAGED and the like for the lake of the store;
 * ThingsLeftOut when purged bytes may remain
 */
export async function collectStoreGarbage(
  options: CollectGarbageOptions,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const folder = storeFolder(store);
  const { olderThan } = options;
  const plan = await planGarbage(
    folder,
    olderThan === undefined ? {} : { expireAfterMs: olderThan * DAY_MS },
  );
  const isDone = options.yes === true;
  if (isDone) {
    await collectGarbage(plan, { by: currentActor() });
    await sealIfSealed(store);
  }
  if (options.json === true) {
    const { things: _, ...shown } = plan;
    terminal.out(renderJson({ ...shown, done: isDone }));
  } else {
    say(terminal, described(plan, isDone, terminal));
  }
  const left = isDone ? leftOutSaid(plan) : [];
  if (left.length > 0) throw new ThingsLeftOut(left.join(' '));
}

/** Purged data also leaves the lake, if the store has one. */
async function sealIfSealed(store: Store): Promise<void> {
  if (!existsSync(join(storeFolder(store), LAYOUT.lake, 'runs'))) return;
  const { sealStore } = await import('@tidemark/duckdb-query');
  await sealStore({ store });
}

/** A script that must know that purged bytes are removed checks the exit code. */
function leftOutSaid({ leftOut, damagedChains }: GarbagePlan): string[] {
  const said: string[] = [];
  if (leftOut.length > 0) {
    const files = leftOut.length === 1 ? '1 file was' : `${leftOut.length} files were`;
    said.push(
      `${files} left unchanged and may still contain purged data, because a process may write to them, or they cannot be read. The report names each. Run gc again after their processes have ended, and after a repair.`,
    );
  }
  if (damagedChains.length > 0) {
    const models =
      damagedChains.length === 1
        ? '1 registered model'
        : `${damagedChains.length} registered models`;
    said.push(
      `${models} cannot be read, so that the needs of their versions are unknown: runs and logged models that were purged as a whole still have their bytes, and nothing deleted was purged. Repair them (see tidemark doctor), and run gc again.`,
    );
  }
  return said;
}

const WHY_LEFT = {
  alive: 'its process runs',
  'just-now': 'its process ended less than a minute ago',
  unknown: 'its process may still run, on another machine or before a restart',
  unreadable: 'it cannot be read (see tidemark doctor)',
} as const satisfies Record<GarbagePlan['leftOut'][number]['why'], string>;

function described(plan: GarbagePlan, isDone: boolean, terminal: Terminal): string {
  const style = styleOf(terminal);
  const rows = [
    ...rowOf('purged data in logs', plan.rewrites.length, sum(plan.rewrites, 'freedBytes')),
    ...removals(plan, 'purged', 'purged files'),
    ...removals(plan, 'partial', 'unfinished files'),
    ...removals(plan, 'superseded', 'logs contained in another'),
    ...removals(plan, 'idle', 'derived files without use'),
    ...plan.merges.flatMap(({ sources }) => rowOf('small logs to merge', sources.length, 0)),
    ...rowOf('deleted things to purge', plan.expired.length, 0),
  ];
  const table =
    rows.length === 0
      ? 'Nothing to clean up.\n'
      : renderTable(
          [
            { title: 'WHAT', flexible: true },
            { title: 'COUNT', align: 'right' },
            { title: 'FREED', align: 'right' },
          ],
          rows,
          { style, width: terminal.width },
        );
  const kept = plan.kept.map(
    ({ id, neededBy, referredBy }) =>
      `Kept ${id}: needed by ${[
        ...neededBy.map(({ model, version }) => `${model} version ${version}`),
        ...referredBy.map(({ id: other, path }) => `${path} of ${other}`),
      ].join(', ')}\n`,
  );
  const leftOut = plan.leftOut.map(
    ({ file, why }) => `Left ${file}, which may contain purged data: ${WHY_LEFT[why]}.\n`,
  );
  const damaged = plan.damagedChains.map(
    ({ file }) =>
      `Left what the versions of the damaged ${printable(file)} may need: no run and no logged model is removed as a whole (see tidemark doctor).\n`,
  );
  const end =
    rows.length === 0
      ? ''
      : isDone
        ? `Freed ${formatBytes(plan.freedBytes)} and ${plan.freedFiles} files.\n`
        : 'Nothing was changed. Add --yes to do it.\n';
  return [table, ...kept, ...leftOut, ...damaged, end].join('');
}

function removals(plan: GarbagePlan, why: string, what: string): string[][] {
  const found = plan.removals.filter((removal) => removal.why === why);
  return rowOf(what, sum(found, 'files'), sum(found, 'bytes'));
}

function rowOf(what: string, count: number, bytes: number): string[][] {
  return count === 0 ? [] : [[what, String(count), formatBytes(bytes)]];
}

function sum<Key extends string>(items: readonly Record<Key, number>[], key: Key): number {
  return items.reduce((total, item) => total + item[key], 0);
}
