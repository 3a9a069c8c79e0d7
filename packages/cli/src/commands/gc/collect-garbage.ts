import { currentActor } from '@tidemark/client';
import { collectGarbage, type GarbagePlan, planGarbage } from '@tidemark/core/node';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatBytes } from '../../render/quantities.ts';
import { styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import { storeFolder } from '../../store-folder.ts';
import type { Terminal } from '../../terminal.ts';
import { ThingsLeftOut } from '../../things-left-out.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Options of `tidemark gc`. */
export interface CollectGarbageOptions {
  readonly store?: string;
  /** Do it; without it, only what would be done is shown. */
  readonly yes?: true;
  /** Purge what was deleted so many days ago. */
  readonly olderThan?: number;
  readonly json?: boolean;
}

/**
 * Shows what a clean-up would free, or does it.
 * @throws STORE_NOT_FOUND, STORE_URI_UNSUPPORTED, STORE_DAMAGED; ThingsLeftOut when purged bytes may be left
 */
export async function collectStoreGarbage(
  options: CollectGarbageOptions,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const folder = storeFolder(store);
  await store.close();
  const { olderThan } = options;
  const plan = await planGarbage(
    folder,
    olderThan === undefined ? {} : { expireAfterMs: olderThan * DAY_MS },
  );
  const isDone = options.yes === true;
  if (isDone) await collectGarbage(plan, { by: currentActor() });
  if (options.json === true) {
    const { things: _, ...shown } = plan;
    terminal.out(renderJson({ ...shown, done: isDone }));
  } else {
    say(terminal, described(plan, isDone, terminal));
  }
  if (isDone && plan.leftOut.length > 0) throw new ThingsLeftOut(leftOutSaid(plan.leftOut.length));
}

/** A script that must know that purged bytes are gone reads the exit code. */
function leftOutSaid(count: number): string {
  const files = count === 1 ? '1 file was' : `${count} files were`;
  return `${files} left as they are, although they may hold what was purged. The report names each. Call gc again once their processes have ended.`;
}

function described(plan: GarbagePlan, isDone: boolean, terminal: Terminal): string {
  const style = styleOf(terminal);
  const rows = [
    ...rowOf('what was purged, in logs', plan.rewrites.length, sum(plan.rewrites, 'freedBytes')),
    ...removals(plan, 'purged', 'files of what was purged'),
    ...removals(plan, 'partial', 'files that were never finished'),
    ...removals(plan, 'superseded', 'logs that are part of another'),
    ...plan.merges.flatMap(({ sources }) => rowOf('small logs, to become one', sources.length, 0)),
    ...rowOf('deleted long ago, to be purged', plan.expired.length, 0),
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
    (file) =>
      `Left ${file}, which has or may have something purged: its process may still write to it, or it cannot be read (tidemark doctor).\n`,
  );
  const end =
    rows.length === 0
      ? ''
      : isDone
        ? `Freed ${formatBytes(plan.freedBytes)} and ${plan.freedFiles} files.\n`
        : 'Nothing was changed. To do it, add --yes.\n';
  return [table, ...kept, ...leftOut, end].join('');
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
