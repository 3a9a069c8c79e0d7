import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { RegistryTag, RunStateDigest } from '../model/registered-model.ts';

/**
 * What one commit of a registered model's chain can change. Author and time belong to the commit.
 * A commit's changes are applied in order; together they are the model's audit trail. A reader refuses a
 * kind that it does not know: unlike a fact of a run, a decision may not be passed over.
 */
export type RegistryChange =
  | { readonly kind: 'model-created'; readonly description: string }
  | { readonly kind: 'model-updated'; readonly description: string }
  | { readonly kind: 'model-tag-set'; readonly tag: RegistryTag }
  | { readonly kind: 'model-tag-deleted'; readonly key: string }
  | VersionCreated
  | { readonly kind: 'version-updated'; readonly version: number; readonly description: string }
  | { readonly kind: 'version-tag-set'; readonly version: number; readonly tag: RegistryTag }
  | { readonly kind: 'version-tag-deleted'; readonly version: number; readonly key: string }
  | { readonly kind: 'alias-set'; readonly alias: string; readonly version: number }
  | { readonly kind: 'alias-deleted'; readonly alias: string };

/** A new version, with the digests that pin what it was made of. */
export interface VersionCreated {
  readonly kind: 'version-created';
  readonly version: number;
  readonly source: string;
  readonly description: string;
  readonly runId?: RunId;
  readonly modelId?: LoggedModelId;
  readonly artifactsDigest?: string;
  readonly runState?: RunStateDigest;
}
