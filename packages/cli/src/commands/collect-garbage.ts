import { currentActor } from '@tidemark/client';
import { collectGarbage, type GarbagePlan, planGarbage } from '@tidemark/core/node';
import { openExistingStore } from '../open.ts';
import { renderJson } from '../render/json.ts';
import { formatBytes } from '../render/quantities.ts';
import { styleOf } from '../render/style.ts';
import { renderTable } from '../render/table.ts';
import { storeFolder } from '../store-folder.ts';
import type { Terminal } from '../terminal.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What `tidemark gc` can be told. */
export interface CollectGarbageOptions {
  readonly store?: string;
  /** Do it; without it, only what would be done is shown. */
  readonly yes?: true;
  /** Purge what was deleted so many days ago. */
  readonly olderThan?: number;
  readonly json?: boolean;
}

/** Shows what a clean-up would free, or does it. @throws STORE_NOT_FOUND, STORE_URI_UNSUPPORTED, STORE_DAMAGED */
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
    return;
  }
  terminal.out(described(plan, isDone, terminal));
}

function described(plan: GarbagePlan, isDone: boolean, terminal: Terminal): string {
  const style = styleOf(terminal);
  const rows = [
    ...rowOf('what was purged, in logs', plan.rewrites.length, sum(plan.rewrites, 'freedBytes')),
    ...removals(plan, 'purged', 'artifacts of what was purged'),
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
    ({ id, neededBy }) =>
      `Kept ${id}: needed by ${neededBy.map(({ model, version }) => `${model} version ${version}`).join(', ')}\n`,
  );
  const leftOut = plan.leftOut.map(
    (file) => `Left ${file}, which holds something purged: its process may still write to it.\n`,
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
