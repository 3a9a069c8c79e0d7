import { currentActor } from '@tidemark/client';
import { isTidemarkError, type Store, TidemarkError } from '@tidemark/core';
import { importMlruns } from '@tidemark/mlflow';
import { openForCommand } from '../../open.ts';
import { renderCopied } from '../../render/copied.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import type { Terminal } from '../../terminal.ts';
import { assertNothingLeftOut } from '../../things-left-out.ts';
import { nodeMlrunsFiles } from './node-mlruns-files.ts';

/** Options of `tidemark import mlruns`. */
export interface ImportMlrunsCommandOptions {
  readonly store?: string;
  readonly dryRun?: true;
  readonly json?: boolean;
}

/**
 * Imports the MLflow file store in a folder into a store, which is created if missing, and reports what was
 * imported and what was not.
 * @throws MLRUNS_INVALID, READ_FAILED, WRITE_FAILED, and the errors of `openStore`
 */
export async function importMlrunsFolder(
  folder: string,
  options: ImportMlrunsCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const files = nodeMlrunsFiles(folder);
  const store = await openTarget(options.store);
  const report = await importMlruns({
    files,
    store,
    by: currentActor(),
    dryRun: options.dryRun === true,
  });
  if (options.json === true) terminal.out(renderJson({ store: store.uri, ...report }));
  else say(terminal, renderCopied({ ...report, copied: report.imported }, store.uri));
  assertNothingLeftOut(report);
}

/** Opens the target. MLFLOW_TRACKING_URI often names the folder to import. */
async function openTarget(address: string | undefined): Promise<Store> {
  try {
    return await openForCommand(address);
  } catch (error) {
    if (!isTidemarkError(error, 'STORE_IS_MLRUNS')) throw error;
    throw new TidemarkError(
      'STORE_IS_MLRUNS',
      `The target ${address === undefined ? '(from the environment) ' : ''}is an MLflow file store itself: ${String(error.details.folder)}. Give another target with --store, such as: --store ./tidemark`,
      { cause: error, details: error.details },
    );
  }
}
