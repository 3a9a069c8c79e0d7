import type { Flavor } from './flavor.ts';

/**
 * The flavors of this package. Each is imported when a model needs it, so that a program that serves one
 * kind of model loads no other library.
 */
export const KNOWN_FLAVORS: Readonly<Record<string, () => Promise<Flavor>>> = {
  tfjs: async () => (await import('./tfjs/tfjs-flavor.ts')).tfjsFlavor(),
};
