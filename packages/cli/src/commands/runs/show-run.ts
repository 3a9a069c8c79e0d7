import {
  DATASET_CONTEXT_TAG,
  type DatasetInput,
  deltaDatasetVersion,
  findRun,
  type LoggedModel,
  PARENT_RUN_TAG,
  type Run,
} from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { renderPairs } from '../../render/pairs.ts';
import { formatBytes, formatDuration, formatNumber, formatTime } from '../../render/quantities.ts';
import { sparkline } from '../../render/sparkline.ts';
import { statusText } from '../../render/status.ts';
import { printable, styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import type { Terminal } from '../../terminal.ts';

/** Shows one run. @throws RUN_NOT_FOUND, INVALID_ARGUMENT, STORE_NOT_FOUND */
export async function showRun(
  said: string,
  options: { readonly store?: string; readonly json?: boolean },
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const run = await findRun(store, said);
  const experiments = await store.experiments();
  const experiment = experiments.find(({ experimentId }) => experimentId === run.experimentId);
  const models = await store.loggedModels({
    modelIds: run.modelOutputs.map(({ modelId }) => modelId),
  });
  if (options.json === true) {
    const datasets = run.datasets.map((input) => ({
      ...input,
      version: deltaDatasetVersion(input.dataset),
    }));
    terminal.out(
      renderJson({ ...run, datasets, experimentName: experiment?.name, loggedModels: models }),
    );
    return;
  }
  const style = styleOf(terminal);
  const section = (title: string, body: string): void => {
    if (body !== '') terminal.out(`\n${style.heading(title)}\n${body}`);
  };
  const pairs = (entries: readonly (readonly [string, string | undefined])[]): string =>
    renderPairs(entries, { style, width: terminal.width });

  terminal.out(`${style.heading(printable(run.name))}  ${style.dim(run.runId)}\n`);
  terminal.out(pairs(facts(run, experiment?.name)));
  section('Params', pairs(Object.entries(run.params)));
  if (run.paramConflicts.length > 0) {
    const conflicts = run.paramConflicts.map(
      ({ key, value, rejected }) =>
        [key, `kept ${value}, also logged: ${rejected.join(', ')}`] as const,
    );
    section(style.bad('Params logged with different values'), pairs(conflicts));
  }
  const histories = await Promise.all(
    Object.keys(run.metrics).map((key) => store.metricHistory(run.runId, key)),
  );
  if (histories.length > 0) {
    section(
      'Metrics',
      renderTable(
        [
          { title: 'METRIC', flexible: true },
          { title: 'LATEST', align: 'right' },
          { title: 'STEP', align: 'right' },
          { title: 'MIN', align: 'right' },
          { title: 'MAX', align: 'right' },
          { title: 'POINTS', align: 'right' },
          { title: 'COURSE' },
        ],
        Object.values(run.metrics).map(({ key, value, step }, index) => {
          const values = (histories[index] ?? []).map((point) => point.value);
          const numbers = values.filter((candidate) => !Number.isNaN(candidate));
          const extreme = (pick: (a: number, b: number) => number): string =>
            numbers.length === 0 ? '' : formatNumber(numbers.reduce((a, b) => pick(a, b)));
          return [
            key,
            formatNumber(value),
            String(step),
            extreme(Math.min),
            extreme(Math.max),
            String(values.length),
            sparkline(values),
          ];
        }),
        { style, width: terminal.width },
      ),
    );
  }
  section('Datasets', run.datasets.map((input) => pairs(datasetFacts(input))).join('\n'));
  const children = (await store.runs({})).filter(({ tags }) => tags[PARENT_RUN_TAG] === run.runId);
  section(
    'Nested runs',
    pairs(
      children.map(({ runId, name, status }) => [
        runId.slice(0, 12),
        `${name}  ${statusText(status)}`,
      ]),
    ),
  );
  section('Models', pairs(models.map((model) => [model.name, modelText(model)])));
  section(
    'Artifacts',
    pairs(
      run.artifacts.map(({ path, sizeBytes, sha256 }) => [
        path,
        `${formatBytes(sizeBytes)}  sha256:${sha256.slice(0, 16)}…`,
      ]),
    ),
  );
  section('Tags', pairs(Object.entries(run.tags)));
}

function facts(run: Run, experimentName: string | undefined): [string, string | undefined][] {
  const { endTimeMs, lifecycleStage, startTimeMs, tags } = run;
  return [
    ['experiment', `${experimentName ?? '?'} (${run.experimentId})`],
    ['parent', tags[PARENT_RUN_TAG]],
    ['status', `${statusText(run.status)}${lifecycleStage === 'deleted' ? ', deleted' : ''}`],
    ['lost', run.lostReason],
    ['started', formatTime(startTimeMs)],
    ['took', endTimeMs === undefined ? undefined : formatDuration(endTimeMs - startTimeMs)],
    ['user', run.userId],
    ['code', codeOf(run)],
    ['node', tags['tidemark.node.version']],
    ['lockfile', lockfileOf(run)],
  ];
}

function codeOf({ tags }: Run): string | undefined {
  const commit = tags['mlflow.source.git.commit'];
  const source = tags['mlflow.source.name'];
  if (commit === undefined) return source;
  const dirty = tags['mlflow.source.git.dirty'] === 'true' ? ', with uncommitted changes' : '';
  return `${source === undefined ? '' : `${source} at `}${commit.slice(0, 12)}${dirty}`;
}

function lockfileOf({ tags }: Run): string | undefined {
  const path = tags['tidemark.lockfile.path'];
  const digest = tags['tidemark.lockfile.sha256'];
  return digest === undefined ? undefined : `${path ?? ''} sha256:${digest.slice(0, 16)}…`;
}

function datasetFacts({ dataset, tags }: DatasetInput): [string, string][] {
  const context = tags[DATASET_CONTEXT_TAG];
  const facts: [string, string][] = [
    ['name', context === undefined ? dataset.name : `${dataset.name} (${context})`],
  ];
  const version = deltaDatasetVersion(dataset);
  if (version === undefined) {
    facts.push(['digest', dataset.digest], ['source', `${dataset.sourceType} ${dataset.source}`]);
    return facts;
  }
  facts.push(
    ['table', version.uri],
    [
      'version',
      `${version.version}${version.rowCount === undefined ? '' : `, ${version.rowCount} rows`}`,
    ],
    ['table id', version.tableId],
    ['snapshot', version.snapshotDigest],
  );
  return facts;
}

function modelText({ artifacts, modelId, modelType, status }: LoggedModel): string {
  const count = artifacts.length;
  const files = `${count} file${count === 1 ? '' : 's'}, ${formatBytes(sizeOf(artifacts))}`;
  return [`models:/${modelId}`, ...(modelType ? [modelType] : []), status, files].join('  ');
}

function sizeOf(files: readonly { readonly sizeBytes: number }[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
