import { PARENT_RUN_TAG } from '@tidemark/core';
import { type SqlTable, sqlTable, text, whole } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';
import { allVersions } from './version-rows.ts';

interface Link {
  readonly source: readonly [type: string, id: string];
  readonly target: readonly [type: string, id: string];
  readonly relation: string;
  readonly step?: number;
}

/** What came from what, one step at a time. */
export const lineageTable: SqlTable<StoreRecords> = sqlTable<StoreRecords, Link>({
  name: 'lineage',
  description:
    'What came from what: one row for each direct step. WITH RECURSIVE follows the steps of a version back to its datasets.',
  items: allLinks,
  columns: {
    source_type: text('`dataset`, `run` or `logged_model`.', ({ source: [type] }) => type),
    source_id: text(
      'A run_id, a model_id, or name and digest of a dataset with `@` between them.',
      ({ source: [, id] }) => id,
    ),
    relation: text(
      '`input` (read or used), `output`, `parent` (of a nested run) or `version` (registered as one).',
      ({ relation }) => relation,
    ),
    target_type: text('`run`, `logged_model` or `model_version`.', ({ target: [type] }) => type),
    target_id: text(
      'A run_id, a model_id, or name and number of a version with `/` between them.',
      ({ target: [, id] }) => id,
    ),
    step: whole('The step at which a model was produced.', ({ step }) => step),
  },
});

function* allLinks(records: StoreRecords): Generator<Link> {
  for (const { runId, tags, datasets, modelInputs, modelOutputs } of records.runs) {
    const run = ['run', runId] as const;
    const parent = tags[PARENT_RUN_TAG];
    if (parent !== undefined) yield { source: ['run', parent], target: run, relation: 'parent' };
    for (const { dataset } of datasets) {
      const id = `${dataset.name}@${dataset.digest}`;
      yield { source: ['dataset', id], target: run, relation: 'input' };
    }
    for (const modelId of modelInputs) {
      yield { source: ['logged_model', modelId], target: run, relation: 'input' };
    }
    for (const { modelId, step } of modelOutputs) {
      yield { source: run, target: ['logged_model', modelId], relation: 'output', step };
    }
  }
  yield* modelsOfTheirRuns(records);
  for (const { model, version } of allVersions(records)) {
    const target = ['model_version', `${model.name}/${version.version}`] as const;
    const { runId, modelId } = version;
    if (modelId !== undefined) {
      yield { source: ['logged_model', modelId], target, relation: 'version' };
    } else if (runId !== undefined) yield { source: ['run', runId], target, relation: 'version' };
  }
}

/** Models name the run that logged them, which need not list them among its outputs. */
function* modelsOfTheirRuns({ runs, loggedModels }: StoreRecords): Generator<Link> {
  const listed = new Set(
    runs.flatMap(({ runId, modelOutputs }) =>
      modelOutputs.map(({ modelId }) => `${runId} ${modelId}`),
    ),
  );
  for (const { modelId, sourceRunId } of loggedModels) {
    if (sourceRunId === undefined || listed.has(`${sourceRunId} ${modelId}`)) continue;
    yield {
      source: ['run', sourceRunId],
      target: ['logged_model', modelId],
      relation: 'output',
    };
  }
}
