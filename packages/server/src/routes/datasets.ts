import { DATASET_CONTEXT_TAG, parseExperimentId } from '@tidemark/core';
import { type DatasetSummaryMessage, listToWire, SearchDatasetsRequest } from '@tidemark/mlflow';
import { defineRoute, type Route } from '../dispatch/route.ts';
import { invalidParameter } from '../wire/wire-error.ts';
import { experimentTarget } from './about.ts';

const GREATEST_EXPERIMENT_COUNT = 20;
const GREATEST_SUMMARY_COUNT = 1000;

/** Route for the datasets that the runs of experiments read. Each dataset is listed once. */
export const DATASET_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/mlflow/experiments/search-datasets',
    summary: 'List the datasets that the runs of up to 20 experiments read.',
    needs: 'reader',
    about: ({ experiment_ids }) =>
      experiment_ids.map((id) => experimentTarget(parseExperimentId(id))),
    request: SearchDatasetsRequest,
    handle: async ({ experiment_ids }, { context }) => {
      if (experiment_ids.length === 0) {
        throw invalidParameter('SearchDatasets request must specify at least one experiment_id.');
      }
      if (experiment_ids.length > GREATEST_EXPERIMENT_COUNT) {
        throw invalidParameter(
          `SearchDatasets request cannot specify more than ${GREATEST_EXPERIMENT_COUNT} experiment_ids. Received ${experiment_ids.length} experiment_ids.`,
        );
      }
      const experimentIds = experiment_ids.map(parseExperimentId);
      const summaries = new Map<string, DatasetSummaryMessage>();
      for (const { experimentId, datasets } of await context.store.runs({ experimentIds })) {
        for (const { dataset, tags } of datasets) {
          const usage = Object.hasOwn(tags, DATASET_CONTEXT_TAG)
            ? tags[DATASET_CONTEXT_TAG]
            : undefined;
          const summary: DatasetSummaryMessage = {
            experiment_id: experimentId,
            name: dataset.name,
            digest: dataset.digest,
            ...(usage === undefined ? {} : { context: usage }),
          };
          summaries.set(JSON.stringify(summary), summary);
        }
      }
      const shown = [...summaries.values()].slice(0, GREATEST_SUMMARY_COUNT);
      return { dataset_summaries: listToWire(shown) };
    },
  }),
];
