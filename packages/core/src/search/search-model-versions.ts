import type { RegistryOutline } from '../chain/registry-chain.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { RegisteredModel } from '../model/registered-model.ts';
import type { RegistryStore } from '../port/registry-store.ts';
import { type FoundModelVersion, MODEL_VERSION_TARGET } from '../query/model-version-target.ts';
import { asksForPrompts, isPrompt } from '../query/registry-tag-values.ts';
import { planSearch, type SearchOptions } from './search-page.ts';
import { beginsWith, groupModels, walkRegistry } from './walk-registry.ts';

/**
 * One page of the versions that match, of all registered models, by default the last updated first;
 * at most 200,000 a page, 10,000 by default. Versions of prompts are left out as by
 * `searchRegisteredModels`.
 * @throws FILTER_INVALID; INVALID_ARGUMENT for `maxResults` out of range or a bad page token
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
  // Minus infinity less itself is no number; those without versions have no place to keep.
  return [...outlines]
    .filter(({ versionsUpdatedMs }) => versionsUpdatedMs > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.versionsUpdatedMs - a.versionsUpdatedMs);
}
