import { currentActor } from '@tidemark/client';
import { type MergeReport, mergeStores } from '@tidemark/core/node';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatBytes } from '../../render/quantities.ts';
import { printable } from '../../render/style.ts';
import { storeFolder } from '../../store-folder.ts';
import type { Terminal } from '../../terminal.ts';
import { ThingsLeftOut } from '../../things-left-out.ts';

/** Options of `tidemark merge`. */
export interface MergeOptions {
  readonly store?: string;
  readonly json?: boolean;
  readonly rebase?: true;
  readonly dryRun?: true;
}

/**
 * Merges another store into this one.
 * @throws ThingsLeftOut when the other is damaged, STORE_NOT_FOUND, STORE_URI_UNSUPPORTED, MERGE_DIVERGED,
 * REGISTRY_CONFLICT
 */
export async function mergeOtherStore(
  other: string,
  options: MergeOptions,
  terminal: Terminal,
): Promise<void> {
  const into = storeFolder(await openExistingStore(options));
  const from = storeFolder(await openExistingStore({ store: other }));
  const report = await mergeStores({
    into,
    from,
    rebase: options.rebase === true,
    dryRun: options.dryRun === true,
    by: currentActor(),
  });
  if (options.json === true) terminal.out(renderJson(report));
  else say(terminal, described(report));
  if (report.damage.length > 0) throw new ThingsLeftOut(damageSaid(report, from));
}

function damageSaid({ damage, dryRun }: MergeReport, from: string): string {
  const places = damage.length === 1 ? 'place' : 'places';
  const verb = dryRun ? 'would not be merged' : 'was not merged';
  return `${from} is damaged in ${damage.length} ${places}, and the damaged part ${verb}. The report names each place. To repair it: tidemark doctor --fix --store ${from}`;
}

function described(report: MergeReport): string {
  const { logs, artifacts, models, damage, dryRun } = report;
  const lines = [
    `logs       ${logs.copied.length} new, ${logs.extended.length} grown, ${logs.unchanged} unchanged`,
    `artifacts  ${artifacts.copied} new (${formatBytes(artifacts.copiedBytes)}), ${artifacts.unchanged} unchanged`,
    ...artifacts.conflicts.map((conflict) => {
      const kept = 'kept' in conflict ? `kept ${conflict.kept}` : 'to resolve';
      return `  ${conflict.path} differs: ours ${conflict.oursSha256.slice(0, 12)}, theirs ${conflict.theirsSha256.slice(0, 12)}; ${kept}`;
    }),
    ...models
      .filter(({ outcome }) => outcome !== 'unchanged')
      .map(({ name, outcome, commits, renumbered }) => {
        const moved = Object.entries(renumbered).map(([was, is]) => `version ${was} is ${is} here`);
        return `model      ${name}: ${commits} commit${commits === 1 ? '' : 's'} ${outcome}${moved.length === 0 ? '' : ` (${moved.join(', ')})`}`;
      }),
    ...damage.map(({ file, offset, reason }) => `damaged    ${file}, byte ${offset}: ${reason}`),
    ...(dryRun ? ['Nothing was written. Leave out --dry-run to do it.'] : []),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}
