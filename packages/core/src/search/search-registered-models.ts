import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { RegisteredModel } from '../model/registered-model.ts';
import type { RegistryStore } from '../port/registry-store.ts';
import { REGISTERED_MODEL_TARGET } from '../query/registered-model-target.ts';
import { asksForPrompts, isPrompt } from '../query/registry-tag-values.ts';
import { planSearch, type SearchOptions } from './search-page.ts';
import { beginsWith, groupModels, walkRegistry } from './walk-registry.ts';

/**
 * Returns one page of the registered models that match, by default sorted by name. A page has at most 1000 models, by
 * default 100. Leaves out MLflow's prompts, unless the filter names `` tags.`mlflow.prompt.is_prompt` ``.
 *
 * @example
 * ```ts
 * import { searchRegisteredModels } from '@tidemark/core';
 *
 * const { models } = await searchRegisteredModels(store, { filter: "name LIKE 'iris%'" });
 * ```
 *
 * @throws FILTER_INVALID; INVALID_ARGUMENT if `maxResults` is out of range or the page token is invalid
 */
export async function searchRegisteredModels(
  store: { readonly registry: Pick<RegistryStore, 'list' | 'walk'> },
  options: SearchOptions = {},
): Promise<{ models: readonly RegisteredModel[]; nextPageToken?: string }> {
  assertArguments({ store }, 'searchRegisteredModels', { store: 'store' });
  assertOptions(options, 'searchRegisteredModels', {
    filter: 'string?',
    orderBy: 'any',
    maxResults: 'number?',
    pageToken: 'string?',
  });
  const search = planSearch(REGISTERED_MODEL_TARGET, options);
  const showsPrompts = asksForPrompts(search.filter);
  const shown = (model: RegisteredModel): readonly RegisteredModel[] =>
    showsPrompts || !isPrompt(model) ? [model] : [];
  const isByName = beginsWith(search.order, 'name', 'ascending');
  const { items, ...rest } = search.pageOfGroups(
    groupModels(await walkRegistry(store.registry, search), ({ entry: { model } }) => ({
      ...(isByName && { first: model.name }),
      items: () => shown(model),
    })),
  );
  return { models: items, ...rest };
}
