import type { RegistryTag } from '../model/registered-model.ts';
import { type Filter, filterNames } from './filter.ts';

/** MLflow keeps prompts in the registry, marked by this tag; a search for models leaves them out. */
const PROMPT_TAG = 'mlflow.prompt.is_prompt';

/**
 * The value of a tag, as a list of one, or none. What is not marked as a prompt reads as `false`: MLflow's
 * clients ask for models by `!= 'true'`, and MLflow's server finds those without the tag.
 */
export function registryTagValues(tags: readonly RegistryTag[], key: string): readonly string[] {
  const values = tags.filter((tag) => tag.key === key).map(({ value }) => value);
  return values.length === 0 && key === PROMPT_TAG ? ['false'] : values;
}

/** Whether this is marked as a prompt. */
export function isPrompt({ tags }: { readonly tags: readonly RegistryTag[] }): boolean {
  return tags.some(({ key, value }) => key === PROMPT_TAG && value === 'true');
}

/** Whether a search with this filter shows prompts: only when it asks for them. */
export function asksForPrompts(filter: Filter | undefined): boolean {
  return (
    filter !== undefined &&
    filterNames(filter, ({ entity, key }) => entity === 'tag' && key === PROMPT_TAG)
  );
}
