import { searchModelVersions } from '@tidemark/core';
import type { ModelVersionMessage } from '@tidemark/mlflow';
import { type GraphQLResolveInfo, getNamedType, getNullableType, isListType } from 'graphql';
import { callRoute } from '../dispatch/call-route.ts';
import type { Call, Route } from '../dispatch/route.ts';
import { ARTIFACT_ROUTES } from '../routes/artifacts.ts';
import { EXPERIMENT_ROUTES } from '../routes/experiments.ts';
import { METRIC_ROUTES } from '../routes/metrics.ts';
import { MODEL_VERSION_ROUTES } from '../routes/model-versions.ts';
import { versionMessage } from '../routes/registry-messages.ts';
import { RUN_ROUTES } from '../routes/runs.ts';

type Fields = Readonly<Record<string, unknown>>;

const GET_EXPERIMENT = routeOf(EXPERIMENT_ROUTES, '/mlflow/experiments/get');

/** The route behind each root field. Access, limits and error texts are those of the route. */
const ROOT_FIELDS: Readonly<Record<string, Route>> = {
  mlflowGetExperiment: GET_EXPERIMENT,
  mlflowGetRun: routeOf(RUN_ROUTES, '/mlflow/runs/get'),
  mlflowSearchRuns: routeOf(RUN_ROUTES, '/mlflow/runs/search'),
  mlflowSearchModelVersions: routeOf(MODEL_VERSION_ROUTES, '/mlflow/model-versions/search'),
  mlflowGetMetricHistoryBulkInterval: routeOf(
    METRIC_ROUTES,
    '/mlflow/metrics/get-history-bulk-interval',
  ),
  mlflowListArtifacts: routeOf(ARTIFACT_ROUTES, '/mlflow/artifacts/list'),
};

/** Data that the fields of one query share: a thousand runs of one experiment read it once. */
export class QueryScope {
  readonly #call: Call;
  readonly #experiments = new Map<string, Promise<unknown>>();
  #versionsByRun?: Promise<ReadonlyMap<string, ModelVersionMessage[]>>;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Calls a route with these fields and returns its answer. */
  ask(route: Route, fields: Fields): Promise<unknown> {
    return callRoute(route, { fields }, this.#call);
  }

  experiment(experimentId: string): Promise<unknown> {
    const known = this.#experiments.get(experimentId);
    if (known !== undefined) return known;
    const asked = this.ask(GET_EXPERIMENT, { experiment_id: experimentId }).then(
      (answer) => (answer as { readonly experiment: unknown }).experiment,
    );
    this.#experiments.set(experimentId, asked);
    return asked;
  }

  /** Returns the versions made from a run, of the registered models that the caller may read. */
  async versionsOf(runId: string): Promise<readonly ModelVersionMessage[]> {
    this.#versionsByRun ??= this.#readVersions();
    return (await this.#versionsByRun).get(runId) ?? [];
  }

  async #readVersions(): Promise<ReadonlyMap<string, ModelVersionMessage[]>> {
    const { store } = this.#call.context;
    const byRun = new Map<string, ModelVersionMessage[]>();
    let pageToken: string | undefined;
    do {
      const page = await searchModelVersions(store, {
        maxResults: 200_000,
        ...(pageToken === undefined ? {} : { pageToken }),
      });
      for (const { modelName, version } of page.versions) {
        if (version.runId === undefined) continue;
        const message = versionMessage(modelName, version, this.#call.request);
        const before = byRun.get(version.runId);
        if (before === undefined) byRun.set(version.runId, [message]);
        else before.push(message);
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    return byRun;
  }
}

/**
 * Resolves any field. A root field calls its route, two fields of a run need another lookup, and every other field
 * is the field of the same name in MLflow's REST message. int64 values become text, as MLflow's page expects. A
 * list that the message leaves out is empty, and a value that GraphQL does not support (`NaN`) is null.
 */
export function resolveField(
  source: unknown,
  { input }: { readonly input?: Fields | null },
  scope: QueryScope,
  info: GraphQLResolveInfo,
): unknown {
  const { fieldName, parentType, returnType } = info;
  const route = parentType.name === 'Query' ? ROOT_FIELDS[fieldName] : undefined;
  if (route !== undefined) return scope.ask(route, inputFields(input ?? {}));
  const message = source as Fields;
  if (parentType.name === 'MlflowRunExtension') {
    const { experiment_id, run_id } = message.info as { experiment_id: string; run_id: string };
    if (fieldName === 'experiment') return scope.experiment(experiment_id);
    if (fieldName === 'modelVersions') return scope.versionsOf(run_id);
  }
  const value = message[snakeCase(fieldName)];
  if (isListType(getNullableType(returnType))) return value ?? [];
  if (value === undefined) return null;
  switch (getNamedType(returnType).name) {
    case 'LongString':
      return String(value);
    case 'Float':
      return Number.isFinite(Number(value)) ? Number(value) : null;
    default:
      return value;
  }
}

/** Returns the fields of a request. Null means absent. */
function inputFields(input: Fields): Fields {
  return Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [snakeCase(name), value]),
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function routeOf(routes: readonly Route[], path: string): Route {
  const found = routes.find((route) => route.path === path);
  if (found === undefined) throw new Error(`The server has no route ${path}.`);
  return found;
}
