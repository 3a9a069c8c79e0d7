import { findingsOf, type Outcome } from './outcome.ts';

/** The outputs of the action (action.yml), as compact JSON where they are more than one word. */
export function outputsOf(outcome: Outcome): Readonly<Record<string, string>> {
  const { verdict, policy, models } = outcome;
  const heads = models.flatMap(({ name, registryHead }) =>
    registryHead === undefined ? [] : [[name, registryHead.hash] as const],
  );
  return {
    verdict,
    'failed-rules': JSON.stringify(findingsOf(outcome).map(({ id }) => id)),
    models: JSON.stringify(models),
    'policy-sha': policy?.sha ?? '',
    'registry-head': JSON.stringify(Object.fromEntries(heads)),
  };
}
