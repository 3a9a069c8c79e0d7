import type { CsvForm } from '@tidemark/core';
import {
  type ArtifactOwner,
  collectBytes,
  findRun,
  isTidemarkError,
  type Run,
  readArtifact,
  type Store,
} from '@tidemark/core';
import { parseEnvironment } from '@tidemark/environment';
import { openExistingStore } from '../../open.ts';
import { renderCsv } from '../../render/csv-table.ts';
import { renderJson } from '../../render/json.ts';
import { formatNumber } from '../../render/quantities.ts';
import { printable, type Style, styleOf } from '../../render/style.ts';
import { type Cell, renderTable, truncate } from '../../render/table.ts';
import { type CsvOptions, csvFormOf } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import {
  COMPARED_GROUPS,
  type ComparedRow,
  type ComparedRun,
  compareRunRows,
} from './run-comparison.ts';

/** Options of `tidemark runs compare`. */
export interface CompareRunsOptions extends CsvOptions {
  readonly store?: string;
  readonly json?: boolean;
  /** Whether to also show what is equal. */
  readonly all?: boolean;
}

const ENVIRONMENT_FILE = 'environment.json';
/** The least part of a run's name that is shown above its values, in characters. */
const LEAST_NAME = 6;

/** Shows the differences between runs. @throws RUN_NOT_FOUND; INVALID_ARGUMENT when several runs match */
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
  const csv = csvFormOf(options);
  if (options.json === true) {
    const named = runs.map(({ runId, name }) => ({ runId, name }));
    terminal.out(renderJson({ runs: named, rows }));
  } else if (csv !== undefined) {
    terminal.out(asCsv(runs, rows, csv));
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
    // The file is damaged, or another tracker uses its name. The rest can still be compared.
    if (isTidemarkError(error)) return { environmentProblem: `cannot be read [${error.code}]` };
    throw error;
  }
}

function asCsv(runs: readonly Run[], rows: readonly ComparedRow[], form: CsvForm): string {
  const ids = runs.map(({ runId }) => runId);
  return renderCsv(
    ['group', 'key', ...ids],
    rows.map(({ group, key, values }) => ({
      group,
      key,
      ...Object.fromEntries(ids.map((id, index) => [id, values[index] ?? null])),
    })),
    form,
  );
}

function printRows(runs: readonly Run[], rows: readonly ComparedRow[], terminal: Terminal): void {
  if (rows.length === 0) {
    terminal.out('The runs do not differ.\n');
    return;
  }
  const style = styleOf(terminal);
  // The id in a title is never cut, because two runs may have the same name.
  const nameWidth = Math.max(LEAST_NAME, Math.floor(terminal.width / (runs.length + 1)) - 9);
  const columns = [
    { title: '', flexible: true },
    ...runs.map(({ name, runId }) => ({
      title: `${truncate(printable(name), nameWidth)} ${runId.slice(0, 6)}`,
      flexible: true,
    })),
  ];
  const cells = COMPARED_GROUPS.flatMap((group): Cell[][] => {
    const own = rows.filter((row) => row.group === group);
    if (own.length === 0) return [];
    const heading = { text: group.toUpperCase(), mark: style.heading };
    return [
      [heading],
      ...own.map((row): Cell[] => [
        `  ${row.key}`,
        ...row.values.map((value) => valueCell(value, row, style)),
      ]),
    ];
  });
  terminal.out(renderTable(columns, cells, { style, width: terminal.width }));
}

/**
 * Returns the cell of a value. A metric also has its difference to the first run, and whether it is better or
 * worse.
 */
function valueCell(value: string | number | null, row: ComparedRow, style: Style): Cell {
  if (value === null) return { text: '–', mark: style.dim };
  if (typeof value !== 'number') return value;
  const [first] = row.values;
  const difference = typeof first === 'number' ? value - first : 0;
  const text = formatNumber(value);
  if (difference === 0 || !Number.isFinite(difference)) return text;
  const by = `${difference > 0 ? '+' : '−'}${formatNumber(Math.abs(difference))}`;
  if (row.better === undefined) return { text: `${text}  ${by}`, cut: () => text };
  const isBetter = difference > 0 === (row.better === 'higher');
  const verdict = isBetter ? 'better' : 'worse';
  return {
    text: `${text}  ${by} ${verdict}`,
    mark: isBetter ? style.good : style.bad,
    cut: () => `${text} ${verdict}`,
  };
}
