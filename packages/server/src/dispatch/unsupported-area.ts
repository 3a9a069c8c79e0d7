/**
 * The parts of MLflow's API that Tidemark leaves out: generative AI, and a few endpoints of the user interface.
 * They answer 501 with a sentence, so that a client knows the reason. With 500 the client would retry for minutes.
 */
const AREAS: readonly (readonly [RegExp, string])[] = [
  [/^\/mlflow\/(unified-)?traces(\/|$)/, 'traces'],
  [/^\/mlflow\/(get-online-trace-details|get-trace-artifact|trace-sessions?)(\/|$)/, 'traces'],
  [/^\/v1\/(traces|logs|metrics)(\/|$)/, 'traces'],
  [/^\/mlflow\/(assessments|feedback|issues|review-queues|label-schemas)(\/|$)/, 'reviews'],
  [/^\/mlflow\/(scorers|evaluations?|evaluation-runs)(\/|$)/, 'scorers'],
  [/^\/mlflow\/datasets(\/|$)/, 'evaluation datasets'],
  [/^\/mlflow\/(prompts?|prompt-optimization|promptlab)(\/|$)/, 'prompts'],
  [/^\/mlflow\/runs\/create-promptlab-run$/, 'prompts'],
  [/^\/(mlflow\/)?(gateway|gateway-proxy|endpoints)(\/|$)/, 'the AI gateway'],
  [/^\/mlflow\/(mcp-servers?|skills?|agents?|assistant|jobs|budget-policies)(\/|$)/, 'agents'],
];

/** Areas that MLflow's client treats as absent when the endpoint answers 404. It then continues without them. */
const ABSENT = /^\/mlflow\/workspaces(\/|$)/;

/** Returns the answer to a path without a route that belongs to an area which Tidemark leaves out. */
export function unsupportedArea(
  url: string,
):
  | { readonly kind: 'not-implemented'; readonly area: string }
  | { readonly kind: 'absent' }
  | undefined {
  const path = (url.split('?')[0] ?? '').replace(/\/{2,}/g, '/');
  const below = path.replace(/^\/(ajax-)?api\/\d+\.\d+(?=\/)/, '');
  if (ABSENT.test(below)) return { kind: 'absent' };
  const found = AREAS.find(([pattern]) => pattern.test(below));
  return found && { kind: 'not-implemented', area: found[1] };
}
