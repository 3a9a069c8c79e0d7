import { z } from 'zod';
import { actor } from './change-fields.ts';
import { CHANGE_KINDS, type PlainChange, type RegistryChange } from './registry-change.ts';

type Discriminable<Change> = z.ZodType<Change> & z.core.$ZodTypeDiscriminable;

const [first, ...others] = Object.values(CHANGE_KINDS).map(({ schema }) => schema) as [
  Discriminable<PlainChange>,
  ...Discriminable<PlainChange>[],
];

const broughtIn = z.object({
  kind: z.literal('brought-in'),
  by: actor,
  atMs: z.int(),
  changes: z.array(z.discriminatedUnion('kind', [first, ...others])).min(1),
});

/** Schema of a change in a commit. */
export const registryChangeSchema: z.ZodType<RegistryChange> = z.discriminatedUnion('kind', [
  first,
  ...others,
  broughtIn,
]);

/** The kinds of changes that this version knows. */
export const REGISTRY_CHANGE_KINDS: ReadonlySet<string> = new Set([
  ...Object.keys(CHANGE_KINDS),
  'brought-in',
]);
