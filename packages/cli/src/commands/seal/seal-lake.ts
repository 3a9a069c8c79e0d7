import { type SealReport, sealStore } from '@tidemark/duckdb-query';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatBytes } from '../../render/quantities.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';

/** Options of `tidemark seal`. */
export interface SealOptions {
  readonly store?: string;
  readonly rebuild?: true;
  readonly json?: boolean;
}

/**
 * Seals a store, and says what was done.
 * @throws STORE_NOT_FOUND, STORE_URI_UNSUPPORTED, LAKE_DAMAGED, LAKE_FORMAT_TOO_NEW, LAKE_FOREIGN, PACKAGE_MISSING
 */
export async function sealLake(options: SealOptions, terminal: Terminal): Promise<void> {
  const store = await openExistingStore(options);
  const report = await sealStore({ store, rebuild: options.rebuild === true });
  if (options.json === true) terminal.out(renderJson(report));
  else say(terminal, described(report));
}

function described(report: SealReport): string {
  const { folder, sealedRuns, replacedRuns, removedRuns, points, bytesWritten } = report;
  if (!report.isChanged)
    return `Nothing to seal: ${printable(folder)} has every run that has ended.\n`;
  const runs = [
    `${sealedRuns} new`,
    ...(replacedRuns === 0 ? [] : [`${replacedRuns} replaced`]),
    ...(removedRuns === 0 ? [] : [`${removedRuns} removed`]),
  ];
  return [
    `runs     ${runs.join(', ')}\n`,
    `points   ${points}\n`,
    `written  ${formatBytes(bytesWritten)}\n`,
    `The Delta tables are in ${printable(folder)}.\n`,
  ].join('');
}
