import { openExistingStore } from '../../open.ts';
import { renderCsv } from '../../render/csv-table.ts';
import { renderJson } from '../../render/json.ts';
import { formatAge } from '../../render/quantities.ts';
import { styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import { type CsvOptions, csvFormOf, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';

/** Options of `tidemark experiments list`. */
export interface ListExperimentsOptions extends StoreOptions, CsvOptions {
  /** Whether to list deleted experiments instead of live ones. */
  readonly deleted?: boolean;
}

/** Lists experiments with the number of their runs. @throws STORE_NOT_FOUND */
export async function listExperiments(
  options: ListExperimentsOptions,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const counts = new Map<string, number>();
  for (const { experimentId, lifecycleStage } of await store.runs({})) {
    // The runs of a deleted experiment are deleted with it.
    if (lifecycleStage === 'active' || options.deleted === true)
      counts.set(experimentId, (counts.get(experimentId) ?? 0) + 1);
  }
  const experiments = (await store.experiments())
    .filter(({ lifecycleStage }) => options.deleted !== true || lifecycleStage === 'deleted')
    .map((experiment) => ({
      ...experiment,
      runCount: counts.get(experiment.experimentId) ?? 0,
    }));
  if (options.json === true) {
    terminal.out(renderJson(experiments));
    return;
  }
  const csv = csvFormOf(options);
  if (csv !== undefined) {
    const titles = ['experiment_id', 'name', 'lifecycle_stage', 'creation_time', 'run_count'];
    const rows = experiments.map((experiment) => ({
      experiment_id: experiment.experimentId,
      name: experiment.name,
      lifecycle_stage: experiment.lifecycleStage,
      creation_time: new Date(experiment.creationTimeMs).toISOString(),
      run_count: experiment.runCount,
    }));
    terminal.out(renderCsv(titles, rows, csv));
    return;
  }
  const nowMs = Date.now();
  terminal.out(
    renderTable(
      [
        { title: 'EXPERIMENT', flexible: true },
        { title: 'ID' },
        { title: 'RUNS', align: 'right' },
        { title: 'CREATED' },
      ],
      experiments
        .filter(({ lifecycleStage }) => options.deleted === true || lifecycleStage === 'active')
        .map(({ name, experimentId, runCount, creationTimeMs }) => [
          name,
          experimentId,
          String(runCount),
          creationTimeMs === 0 ? '' : formatAge(creationTimeMs, nowMs),
        ]),
      { style: styleOf(terminal), width: terminal.width },
    ),
  );
}
