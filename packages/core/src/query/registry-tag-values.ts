import type { RegistryTag } from '../model/registered-model.ts';
import { type Filter, filterNames } from './filter.ts';

/** The tag of a prompt. MLflow keeps prompts in the registry; a search for models leaves them out. */
const PROMPT_TAG = 'mlflow.prompt.is_prompt';

/**
 * Returns the value of a tag as a list of one, or an empty list. Without the prompt tag its value is `false`:
 * MLflow's clients search for models with `!= 'true'`, and MLflow's server finds those without the tag.
 */
export function registryTagValues(tags: readonly RegistryTag[], key: string): readonly string[] {
  const values = tags.filter((tag) => tag.key === key).map(({ value }) => value);
  return values.length === 0 && key === PROMPT_TAG ? ['false'] : values;
}

/** Whether the model or version has the tag of a prompt. */
export function isPrompt({ tags }: { readonly tags: readonly RegistryTag[] }): boolean {
  return tags.some(({ key, value }) => key === PROMPT_TAG && value === 'true');
}

/** Whether a search with this filter shows prompts: only if the filter names the tag of a prompt. */
export function asksForPrompts(filter: Filter | undefined): boolean {
  return (
    filter !== undefined &&
    filterNames(filter, ({ entity, key }) => entity === 'tag' && key === PROMPT_TAG)
  );
}
