import { currentActor, openStore } from '@tidemark/client';
import { isTidemarkError, type Store, TidemarkError } from '@tidemark/core';
import { importMlruns } from '@tidemark/mlflow';
import { renderCopied } from '../render/copied.ts';
import { renderJson } from '../render/json.ts';
import type { Terminal } from '../terminal.ts';
import { nodeMlrunsFiles } from './node-mlruns-files.ts';

/** What can be said with `tidemark import mlruns`. */
export interface ImportMlrunsCommandOptions {
  readonly store?: string;
  readonly dryRun?: true;
  readonly json?: boolean;
}

/**
 * Brings the MLflow file store in a folder into a store, which is made when there is none, and says
 * what came over and what did not.
 * @throws MLRUNS_INVALID, READ_FAILED, WRITE_FAILED and what `openStore` throws
 */
export async function importMlrunsFolder(
  folder: string,
  options: ImportMlrunsCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const files = nodeMlrunsFiles(folder);
  const store = await openTarget(options.store);
  try {
    const report = await importMlruns({
      files,
      store,
      by: currentActor(),
      dryRun: options.dryRun === true,
    });
    terminal.out(
      options.json === true
        ? renderJson({ store: store.uri, ...report })
        : renderCopied({ ...report, copied: report.imported }, store.uri),
    );
  } finally {
    await store.close();
  }
}

/** Where MLflow is in use, MLFLOW_TRACKING_URI often names the very folder that is to be brought in. */
async function openTarget(address: string | undefined): Promise<Store> {
  try {
    return await openStore(address);
  } catch (error) {
    if (!isTidemarkError(error, 'STORE_IS_MLRUNS')) throw error;
    throw new TidemarkError(
      'STORE_IS_MLRUNS',
      `The store to bring it into ${address === undefined ? '(from the environment) ' : ''}is an MLflow file store itself: ${String(error.details.folder)}. Name another with --store, such as: --store ./tidemark`,
      { cause: error, details: error.details },
    );
  }
}
