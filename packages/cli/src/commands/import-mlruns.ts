import { currentActor, openStore } from '@tidemark/client';
import { isTidemarkError, type Store, TidemarkError } from '@tidemark/core';
import { importMlruns, type MlrunsProblem, type MlrunsReport } from '@tidemark/mlflow';
import { renderJson } from '../render/json.ts';
import { formatBytes } from '../render/quantities.ts';
import { printable } from '../render/style.ts';
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
        : renderReport(report, store.uri),
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

function renderReport(report: MlrunsReport, uri: string): string {
  const { imported, alreadyThere, dryRun } = report;
  const lines = [
    dryRun
      ? `Nothing was written. An import into ${printable(uri)} would bring in:`
      : `Brought into ${printable(uri)}:`,
    line(imported.experiments, 'experiment', alreadyThere.experiments),
    line(imported.runs, 'run', alreadyThere.runs, count(imported.metricPoints, 'metric point')),
    line(imported.loggedModels, 'logged model', alreadyThere.loggedModels),
    line(
      imported.registeredModels,
      'registered model',
      alreadyThere.registeredModels,
      count(imported.modelVersions, 'version'),
    ),
    `  ${count(imported.artifacts, 'artifact')}, ${formatBytes(imported.artifactBytes)}`,
    ...section('Left out', report.problems, 'left-out'),
    ...section('Not quite as it was', report.problems, 'note'),
  ];
  return `${lines.join('\n')}\n`;
}

function line(imported: number, what: string, alreadyThere: number, more?: string): string {
  const before = alreadyThere === 0 ? '' : ` (${alreadyThere} more there already)`;
  const detail = more === undefined || imported === 0 ? '' : `, with ${more}`;
  return `  ${count(imported, what)}${detail}${before}`;
}

function section(
  title: string,
  problems: readonly MlrunsProblem[],
  severity: MlrunsProblem['severity'],
): string[] {
  const found = problems.filter((problem) => problem.severity === severity);
  if (found.length === 0) return [];
  return [
    '',
    `${title}:`,
    ...found.map(({ place, message }) => `  ${printable(place)}: ${printable(message)}`),
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
