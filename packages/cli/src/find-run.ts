import { type Run, type Store, TidemarkError } from '@tidemark/core';

/**
 * The run that a person means: by its id or the beginning of it, by its name, or the `latest`.
 * @throws RUN_NOT_FOUND; INVALID_ARGUMENT when several could be meant
 */
export async function findRun(store: Store, said: string): Promise<Run> {
  const runs = await store.runs({});
  const latest = runs.find(({ lifecycleStage }) => lifecycleStage === 'active');
  if (said === 'latest' && latest !== undefined) return latest;
  const exact = runs.find(({ runId }) => runId === said);
  if (exact !== undefined) return exact;
  const meant = runs.filter(({ runId, name }) => runId.startsWith(said) || name === said);
  if (meant.length === 1) return meant[0] as Run;
  if (meant.length === 0) {
    throw new TidemarkError(
      'RUN_NOT_FOUND',
      `No run has the id or the name ${JSON.stringify(said)}. List the runs with: tidemark runs`,
    );
  }
  const some = meant.slice(0, 5).map(({ runId, name }) => `${runId.slice(0, 12)} (${name})`);
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `${meant.length} runs could be meant by ${JSON.stringify(said)}: ${some.join(', ')}${meant.length > 5 ? ' …' : ''}. Give more of the id.`,
  );
}
