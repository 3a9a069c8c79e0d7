import {
  type ArtifactOwner,
  collectBytes,
  isTidemarkError,
  type Run,
  readArtifact,
  type Store,
} from '@tidemark/core';
import { parseEnvironment } from '@tidemark/core/node';
import { findRun } from '../find-run.ts';
import { openExistingStore } from '../open.ts';
import { renderCsv } from '../render/csv-table.ts';
import { renderJson } from '../render/json.ts';
import { formatNumber } from '../render/quantities.ts';
import { styleOf } from '../render/style.ts';
import { type Cell, renderTable } from '../render/table.ts';
import {
  COMPARED_GROUPS,
  type ComparedRow,
  type ComparedRun,
  compareRunRows,
} from '../run-comparison.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `tidemark runs compare`. */
export interface CompareRunsOptions {
  readonly store?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  /** Also what is the same. */
  readonly all?: boolean;
}

const ENVIRONMENT_FILE = 'environment.json';

/**
 * Shows what is different between runs.
 * @throws RUN_NOT_FOUND; INVALID_ARGUMENT when several could be meant
 */
export async function compareRuns(
  said: readonly string[],
  options: CompareRunsOptions,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const experiments = new Map<string, string>(
    (await store.experiments()).map(({ experimentId, name }) => [experimentId, name]),
  );
  const runs = await Promise.all(said.map((text) => findRun(store, text)));
  const compared = await Promise.all(
    runs.map(
      async (run): Promise<ComparedRun> => ({
        run,
        experimentName: experiments.get(run.experimentId),
        models: await store.loggedModels({
          modelIds: run.modelOutputs.map(({ modelId }) => modelId),
        }),
        ...(await environmentOf(store, run)),
      }),
    ),
  );
  const rows = compareRunRows(compared).filter(({ same }) => options.all === true || !same);
  if (options.json === true) {
    const named = runs.map(({ runId, name }) => ({ runId, name }));
    terminal.out(renderJson({ runs: named, rows }));
  } else if (options.csv === true) {
    terminal.out(asCsv(runs, rows));
  } else {
    printRows(runs, rows, terminal);
  }
}

type OfEnvironment = Pick<ComparedRun, 'environment' | 'environmentProblem'>;

async function environmentOf(store: Store, run: Run): Promise<OfEnvironment> {
  const { experimentId, runId } = run;
  const owner: ArtifactOwner = { kind: 'run', experimentId, runId };
  try {
    const bytes = await collectBytes(readArtifact(store, owner, ENVIRONMENT_FILE));
    return { environment: parseEnvironment(new TextDecoder().decode(bytes)) };
  } catch (error) {
    if (isTidemarkError(error, 'ARTIFACT_NOT_FOUND')) return {};
    // A damaged file, or one that another tracker calls so: the rest can be compared all the same.
    if (isTidemarkError(error)) return { environmentProblem: `cannot be read [${error.code}]` };
    throw error;
  }
}

function asCsv(runs: readonly Run[], rows: readonly ComparedRow[]): string {
  const ids = runs.map(({ runId }) => runId);
  return renderCsv(
    ['group', 'key', ...ids],
    rows.map(({ group, key, values }) => ({
      group,
      key,
      ...Object.fromEntries(ids.map((id, index) => [id, values[index] ?? null])),
    })),
  );
}

function printRows(runs: readonly Run[], rows: readonly ComparedRow[], terminal: Terminal): void {
  if (rows.length === 0) {
    terminal.out('The runs do not differ.\n');
    return;
  }
  const style = styleOf(terminal);
  const columns = [
    { title: '', flexible: true },
    ...runs.map(({ name, runId }) => ({ title: `${name} ${runId.slice(0, 6)}`, flexible: true })),
  ];
  const cells = COMPARED_GROUPS.flatMap((group): Cell[][] => {
    const own = rows.filter((row) => row.group === group);
    if (own.length === 0) return [];
    const heading = { text: group.toUpperCase(), mark: style.heading };
    return [
      [heading],
      ...own.map(({ key, values }): Cell[] => [
        `  ${key}`,
        ...values.map((value) =>
          value === null
            ? { text: '–', mark: style.dim }
            : typeof value === 'number'
              ? formatNumber(value)
              : value,
        ),
      ]),
    ];
  });
  terminal.out(renderTable(columns, cells, { style, width: terminal.width }));
}
