import { TidemarkError } from '../errors.ts';
import { assertString } from '../model/plain-input.ts';
import type { ModelStage } from '../model/registered-model.ts';

/** MLflow's stages, in its order (entities/model_registry/model_version_stages.py). */
export const MODEL_STAGES: readonly ModelStage[] = ['None', 'Staging', 'Production', 'Archived'];

/** Parses the name of a stage in any case. @throws INVALID_ARGUMENT for any other name */
export function parseModelStage(text: string): ModelStage {
  assertString(text, 'The stage');
  const stage = MODEL_STAGES.find((name) => name.toLowerCase() === text.trim().toLowerCase());
  if (stage !== undefined) return stage;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `Invalid Model Version stage: ${text}. Value must be one of ${MODEL_STAGES.join(', ')}.`,
    { details: { stage: text } },
  );
}
