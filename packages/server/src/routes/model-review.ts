import {
  type ChainedCommit,
  getRegisteredModel,
  modelHistory,
  parseTransitionRules,
  setTransitionRules,
  verifyChain,
} from '@tidemark/core';
import {
  ModelHistoryResponse,
  pageFields,
  RegisteredModelRequest,
  RulesResponse,
  requiredTextField,
} from '@tidemark/mlflow';
import { z } from 'zod';
import { actorOf } from '../access/access.ts';
import { defineRoute, type Route } from '../dispatch/route.ts';
import { aboutModel } from './about.ts';
import { formatOffset, parseOffset } from './offset-token.ts';
import { pageSize } from './page-size.ts';

const PATH = '/mlflow/registered-models';
const HISTORY_PAGE = 1000;

const historyRequest = z.object({ name: requiredTextField, ...pageFields });
/** Rules in the form of `tidemark models rules --json`. `parseTransitionRules` parses each. */
const setRulesRequest = z.object({
  name: requiredTextField,
  rules: z.array(z.unknown().transform(ruleOf)),
});

/** Routes for the rules and the history of registered models: Tidemark's own, in addition to MLflow's. */
export const MODEL_REVIEW_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: `${PATH}/rules`,
    summary: 'Read the rules of a registered model.',
    needs: 'reader',
    about: aboutModel,
    request: RegisteredModelRequest,
    response: RulesResponse,
    handle: async ({ name }, { context }) => ({
      rules: (await getRegisteredModel(context.store, name)).rules,
    }),
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/set-rules`,
    summary: 'Replace the rules of a registered model. An empty list deletes them.',
    // Approvers must not be able to remove the need for their approval.
    needs: 'admin',
    about: aboutModel,
    request: setRulesRequest,
    response: RulesResponse,
    handle: async ({ name, rules }, { context, caller }) => {
      const wanted = { name, rules: parseTransitionRules(rules), by: actorOf(caller) };
      return { rules: (await setTransitionRules(context.store, wanted)).rules };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/history`,
    summary:
      'List the commits of a registered model, oldest first. The server checks their hashes.',
    needs: 'reader',
    about: aboutModel,
    request: historyRequest,
    response: ModelHistoryResponse,
    handle: async ({ name, max_results, page_token }, { context: { store } }) => {
      const size = pageSize(max_results, { fallback: HISTORY_PAGE, greatest: HISTORY_PAGE });
      const from = parseOffset(page_token, ['model-history', name]);
      const { head, arrivingFrom } = await verifyChain(store, name);
      const commits: ChainedCommit[] = [];
      for await (const commit of modelHistory(store, name)) commits.push(commit);
      const to = from + size;
      return {
        head,
        ...(arrivingFrom === undefined ? {} : { arriving_from: arrivingFrom }),
        commits: commits.slice(from, to),
        ...(to < commits.length
          ? { next_page_token: formatOffset(to, ['model-history', name]) }
          : {}),
      };
    },
  }),
];

/** Accepts both protobuf names of the one field with two words: `approverNot` and `approver_not`. */
function ruleOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('approver_not' in value)) return value;
  const { approver_not: approverNot, ...rule } = value;
  return { ...rule, approverNot };
}
