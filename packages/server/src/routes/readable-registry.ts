import type { RegistryStore } from '@tidemark/core';
import type { Call } from '../route.ts';
import { aboutModel } from './about.ts';

/**
 * The registered models that the caller may read, to be searched. Picked before the search: a page token
 * holds what its last item is ordered by, and that there is one says that something more matches.
 */
export function readableRegistry({ context, caller }: Call): {
  readonly registry: Pick<RegistryStore, 'list'>;
} {
  const { registry } = context.store;
  return {
    registry: {
      list: async () =>
        (await registry.list()).filter(({ model }) =>
          caller.may('reader', aboutModel({ name: model.name })),
        ),
    },
  };
}
