/**
 * The parts of MLflow's API that are about generative AI, and a few of its user interface: Tidemark has
 * none of them. They answer 501 and a sentence, so that a client knows why; never 500, which it would
 * retry for minutes.
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

/** Areas that MLflow's client takes for absent when the endpoint is not found: it goes on without. */
const ABSENT = /^\/mlflow\/workspaces(\/|$)/;

/** How a path that no route has is answered, when it belongs to an area that is left out on purpose. */
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
