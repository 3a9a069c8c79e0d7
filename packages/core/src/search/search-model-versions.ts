import type { RegistryStore } from '../store/store.ts';
import { type FoundModelVersion, MODEL_VERSION_TARGET } from './model-version-target.ts';
import { isSearched } from './registry-tag-values.ts';
import { planSearch, type SearchOptions } from './search-page.ts';

/**
 * One page of the versions that match, of all registered models, by default the last updated first;
 * at most 200,000 a page, 10,000 by default. Versions of prompts are left out as by
 * `searchRegisteredModels`.
 * @throws FILTER_INVALID; INVALID_ARGUMENT for `maxResults` out of range or a bad page token
 */
export async function searchModelVersions(
  store: { readonly registry: Pick<RegistryStore, 'list'> },
  options: SearchOptions = {},
): Promise<{ versions: readonly FoundModelVersion[]; nextPageToken?: string }> {
  const search = planSearch(MODEL_VERSION_TARGET, options);
  const isShown = isSearched(search.filter);
  const all = (await store.registry.list()).flatMap(({ model }) =>
    model.versions
      .filter((version) => isShown(model) && isShown(version))
      .map((version) => ({ modelName: model.name, version })),
  );
  const { items, ...rest } = search.page(all);
  return { versions: items, ...rest };
}
