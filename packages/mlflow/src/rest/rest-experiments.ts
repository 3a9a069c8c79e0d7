import {
  DEFAULT_EXPERIMENT_ID,
  type Experiment,
  type ExperimentDraft,
  type ExperimentId,
} from '@tidemark/core';
import {
  ExperimentIdMessage,
  ExperimentResponse,
  fromExperimentMessage,
  SearchExperimentsResponse,
} from './messages/experiment.ts';
import { toKeyValueMessages } from './messages/key-value.ts';
import type { RestClient } from './rest-client.ts';
import { allPages } from './rest-pages.ts';

// A page size that every server of the protocol accepts.
const EXPERIMENTS_PAGE = 1000;
/** The most experiments that one search names. More need several searches. */
const EXPERIMENTS_AT_ONCE = 100;

/** Creates an experiment. The server sets its creation time. @throws EXPERIMENT_EXISTS */
export async function createRestExperiment(
  client: RestClient,
  { name, tags = {} }: ExperimentDraft,
): Promise<Experiment> {
  const { experiment_id } = await client.call(
    {
      method: 'POST',
      path: '/mlflow/experiments/create',
      body: { name, tags: toKeyValueMessages(tags) },
      subject: 'experiment',
      repeatable: false,
    },
    ExperimentIdMessage,
  );
  const { experiment } = await client.call(
    {
      method: 'GET',
      path: '/mlflow/experiments/get',
      query: { experiment_id },
      subject: 'experiment',
    },
    ExperimentResponse,
  );
  return fromExperimentMessage(experiment);
}

/** Returns every experiment, even deleted ones, in the order of creation, with Default first. */
export async function readRestExperiments(client: RestClient): Promise<Experiment[]> {
  const found = await allPages(
    (page_token) =>
      client.call(
        {
          method: 'GET',
          path: '/mlflow/experiments/search',
          query: {
            max_results: EXPERIMENTS_PAGE,
            view_type: 'ALL',
            order_by: ['creation_time ASC', 'experiment_id ASC'],
            page_token,
          },
          subject: 'experiment',
        },
        SearchExperimentsResponse,
      ),
    ({ experiments }) => experiments,
  );
  const place = ({ experimentId }: Experiment): number =>
    experimentId === DEFAULT_EXPERIMENT_ID ? 0 : 1;
  return found.map(fromExperimentMessage).sort((a, b) => place(a) - place(b));
}

/** Returns the ids in groups that one search may name. */
export function experimentGroups(ids: readonly ExperimentId[]): ExperimentId[][] {
  const groups: ExperimentId[][] = [];
  for (let at = 0; at < ids.length; at += EXPERIMENTS_AT_ONCE) {
    groups.push(ids.slice(at, at + EXPERIMENTS_AT_ONCE));
  }
  return groups;
}
