import type { RegistryEntry, Store } from '@tidemark/core';

/** A number for each list of registered models: a store that knows that nothing changed returns the same list again. */
const numbers = new WeakMap<readonly RegistryEntry[], number>();
let last = 0;

/** Returns a text that differs after every change of a store; `undefined` if the store cannot tell. */
export async function storeMark(store: Store): Promise<string | undefined> {
  const events = await store.eventMark?.();
  if (events === undefined) return undefined;
  const registered = await store.registry.list();
  const number = numbers.get(registered) ?? ++last;
  numbers.set(registered, number);
  return `${events} ${number}`;
}
