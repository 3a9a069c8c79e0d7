import type { Store } from '@tidemark/core';

/** The same store as one that does not say which runs changed, so that no lake can be used. */
export function withoutLake(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'runMarks') return undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
