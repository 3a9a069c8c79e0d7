import type { RegisteredModel } from '../model/registered-model.ts';
import type { RegistryStore } from '../store/store.ts';
import { REGISTERED_MODEL_TARGET } from './registered-model-target.ts';
import { isSearched } from './registry-tag-values.ts';
import { planSearch, type SearchOptions } from './search-page.ts';

/**
 * One page of the registered models that match, by default by name; at most 1000 a page, 100 by
 * default. MLflow's prompts are left out unless the filter names `` tags.`mlflow.prompt.is_prompt` ``.
 * @throws FILTER_INVALID; INVALID_ARGUMENT for `maxResults` out of range or a bad page token
 */
export async function searchRegisteredModels(
  store: { readonly registry: Pick<RegistryStore, 'list'> },
  options: SearchOptions = {},
): Promise<{ models: readonly RegisteredModel[]; nextPageToken?: string }> {
  const search = planSearch(REGISTERED_MODEL_TARGET, options);
  const all = (await store.registry.list()).map(({ model }) => model);
  const { items, ...rest } = search.page(all.filter(isSearched(search.filter)));
  return { models: items, ...rest };
}
