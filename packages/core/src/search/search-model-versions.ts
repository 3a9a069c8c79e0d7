import type { RegistryOutline } from '../chain/registry-chain.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { RegisteredModel } from '../model/registered-model.ts';
import type { RegistryStore } from '../port/registry-store.ts';
import { type FoundModelVersion, MODEL_VERSION_TARGET } from '../query/model-version-target.ts';
import { asksForPrompts, isPrompt } from '../query/registry-tag-values.ts';
import { planSearch, type SearchOptions } from './search-page.ts';
import { beginsWith, groupModels, walkRegistry } from './walk-registry.ts';

/**
 * Returns one page of the versions that match, of all registered models, by default the last updated first. A page
 * has at most 200,000 versions, by default 10,000. Leaves out versions of prompts, like `searchRegisteredModels`.
 *
 * @example
 * ```ts
 * import { searchModelVersions } from '@tidemark/core';
 *
 * const { versions } = await searchModelVersions(store, { filter: "name = 'iris' AND tags.eval = 'passed'" });
 * ```
 *
 * @throws FILTER_INVALID; INVALID_ARGUMENT if `maxResults` is out of range or the page token is invalid
 */
export async function searchModelVersions(
  store: { readonly registry: Pick<RegistryStore, 'list' | 'walk'> },
  options: SearchOptions = {},
): Promise<{ versions: readonly FoundModelVersion[]; nextPageToken?: string }> {
  assertArguments({ store }, 'searchModelVersions', { store: 'store' });
  assertOptions(options, 'searchModelVersions', {
    filter: 'string?',
    orderBy: 'any',
    maxResults: 'number?',
    pageToken: 'string?',
  });
  const search = planSearch(MODEL_VERSION_TARGET, options);
  const showsPrompts = asksForPrompts(search.filter);
  const shown = ({ name, tags, versions }: RegisteredModel): FoundModelVersion[] => {
    if (!showsPrompts && isPrompt({ tags })) return [];
    const kept = showsPrompts ? versions : versions.filter((version) => !isPrompt(version));
    return kept.map((version) => ({ modelName: name, version }));
  };
  const isByName = beginsWith(search.order, 'name', 'ascending');
  const isByUpdate = beginsWith(search.order, 'last_updated_timestamp', 'descending');
  const walk = await walkRegistry(store.registry, search);
  const models = isByUpdate ? lastUpdatedFirst(walk) : walk;
  const { items, ...rest } = search.pageOfGroups(
    groupModels(models, ({ entry: { model }, versionsUpdatedMs }) => ({
      ...(isByName && { first: model.name }),
      ...(isByUpdate && { first: versionsUpdatedMs }),
      items: () => shown(model),
    })),
  );
  return { versions: items, ...rest };
}

function lastUpdatedFirst(outlines: Iterable<RegistryOutline>): RegistryOutline[] {
  // Minus infinity minus itself is NaN, which keeps no order; models without versions need none.
  return [...outlines]
    .filter(({ versionsUpdatedMs }) => versionsUpdatedMs > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.versionsUpdatedMs - a.versionsUpdatedMs);
}
