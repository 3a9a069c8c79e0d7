import { z } from 'zod';
import { alterVersion } from '../alter-model.ts';
import { text, version } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A tag of a version is deleted. */
export interface VersionTagDeleted {
  readonly kind: 'version-tag-deleted';
  readonly version: number;
  readonly key: string;
}

export const versionTagDeleted: ModelChangeKind<VersionTagDeleted> = {
  schema: z.object({ kind: z.literal('version-tag-deleted'), version, key: text }),
  join: (model, change) =>
    alterVersion(model, change.version, ({ tags }) => ({
      tags: tags.filter(({ key }) => key !== change.key),
    })),
  movesNoModel: true,
  describe: (change) => ({ type: 'DELETED_TAG', version: change.version, subject: change.key }),
};
