import { isTidemarkError } from '@tidemark/core';
import type { LineageDataset, ModelLineage } from '@tidemark/delta-lineage';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { renderPairs } from '../../render/pairs.ts';
import { say } from '../../render/prose.ts';
import { formatTime } from '../../render/quantities.ts';
import { statusText } from '../../render/status.ts';
import { printable, styleOf } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';

/** Options of `tidemark lineage`. */
export interface LineageOptions {
  readonly store?: string;
  readonly json?: boolean;
  /** Whether to read the rows of every pinned dataset again and compare them. */
  readonly check?: boolean;
}

/** The result of checking one dataset. */
interface Check {
  readonly same: boolean;
  readonly rowCount?: number;
  readonly problem?: string;
}

/**
 * Shows the lineage of a model: table versions → runs → logged model → version. Returns false if a checked dataset
 * differs from the recorded one.
 * @throws the errors of `modelLineage`; STORE_NOT_FOUND
 */
export async function showLineage(
  address: string,
  options: LineageOptions,
  terminal: Terminal,
): Promise<boolean> {
  const { modelLineage } = await import('@tidemark/delta-lineage');
  const store = await openExistingStore(options);
  const lineage = await modelLineage(address, { store });
  const checks = await Promise.all(
    lineage.datasets.map((dataset) => (options.check === true ? check(dataset) : undefined)),
  );
  if (options.json === true) {
    const datasets = lineage.datasets.map((dataset, index) => ({
      ...dataset,
      check: checks[index],
    }));
    terminal.out(renderJson({ ...lineage, datasets }));
  } else {
    printLineage(lineage, checks, terminal);
  }
  return checks.every((outcome) => outcome?.same !== false);
}

async function check({ version }: LineageDataset): Promise<Check | undefined> {
  if (version === undefined) return undefined;
  const { readDatasetVersion } = await import('@tidemark/delta-lineage');
  try {
    const { table } = await readDatasetVersion(version, { record: false });
    return { same: true, rowCount: table.numRows };
  } catch (error) {
    if (!isTidemarkError(error)) throw error;
    return { same: false, problem: `${error.message} [${error.code}]` };
  }
}

function printLineage(
  { datasets, runs, model, version, uri, fileCount }: ModelLineage,
  checks: readonly (Check | undefined)[],
  terminal: Terminal,
): void {
  const style = styleOf(terminal);
  const section = (
    title: string,
    facts: readonly (readonly [string, string | undefined])[],
  ): void => {
    terminal.out(`${style.heading(printable(title))}\n`);
    terminal.out(renderPairs(facts, { style, width: terminal.width }));
  };
  if (datasets.length === 0) say(terminal, `${style.dim('no dataset was recorded')}\n`);
  for (const [index, { input, version: pinned }] of datasets.entries()) {
    const outcome = checks[index];
    section(`dataset ${input.dataset.name}`, [
      pinned === undefined
        ? ['source', `${input.dataset.sourceType} ${input.dataset.source}`]
        : ['table', pinned.uri],
      ['version', pinned === undefined ? undefined : String(pinned.version)],
      ['table id', pinned?.tableId],
      pinned === undefined ? ['digest', input.dataset.digest] : ['snapshot', pinned.snapshotDigest],
      ['checked', outcome?.same ? `✓ the same ${outcome.rowCount} rows can be read` : undefined],
    ]);
    if (outcome?.problem !== undefined)
      say(terminal, `  ${style.bad(printable(outcome.problem))}\n`);
  }
  for (const run of [...runs].reverse()) {
    say(terminal, `${style.dim('↓')}\n`);
    const commit = run.tags['mlflow.source.git.commit'];
    section(`run ${run.name}`, [
      ['id', run.runId],
      ['status', statusText(run.status)],
      ['started', formatTime(run.startTimeMs)],
      [
        'code',
        commit === undefined
          ? run.tags['mlflow.source.name']
          : `${run.tags['mlflow.source.name'] ?? ''} at ${commit}`,
      ],
    ]);
  }
  say(terminal, `${style.dim('↓')}\n`);
  section(model === undefined ? 'files of the run' : `model ${model.name}`, [
    ['id', model?.modelId],
    ['files', String(fileCount)],
  ]);
  if (version === undefined) return;
  say(terminal, `${style.dim('↓')}\n`);
  section(uri, [
    ['version', String(version.version)],
    ['source', version.source],
    ['aliases', version.aliases.join(', ')],
    ['artifacts', version.artifactsDigest],
    ['run state', version.runState === undefined ? undefined : `sha256:${version.runState.sha256}`],
  ]);
}
