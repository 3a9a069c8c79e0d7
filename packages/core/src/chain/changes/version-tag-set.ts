import { z } from 'zod';
import type { RegistryTag } from '../../model/registered-model.ts';
import { alterVersion, withTag } from '../alter-model.ts';
import { tag, version } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A tag of a version is set. */
export interface VersionTagSet {
  readonly kind: 'version-tag-set';
  readonly version: number;
  readonly tag: RegistryTag;
}

export const versionTagSet: ModelChangeKind<VersionTagSet> = {
  schema: z.object({ kind: z.literal('version-tag-set'), version, tag }),
  join: (model, change) =>
    alterVersion(model, change.version, ({ tags }) => ({ tags: withTag(tags, change.tag) })),
  movesNoModel: true,
  describe: (change) => ({
    type: 'SET_TAG',
    version: change.version,
    subject: `${change.tag.key} = ${change.tag.value}`,
  }),
};
