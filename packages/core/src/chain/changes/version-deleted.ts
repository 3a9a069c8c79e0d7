import { z } from 'zod';
import { assertVersion } from '../alter-model.ts';
import { version } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A version is deleted. Its number is never assigned again. */
export interface VersionDeleted {
  readonly kind: 'version-deleted';
  readonly version: number;
}

export const versionDeleted: ModelChangeKind<VersionDeleted> = {
  schema: z.object({ kind: z.literal('version-deleted'), version }),
  join: (model, change) => {
    assertVersion(model, change.version);
    const versions = model.versions.filter((one) => one.version !== change.version);
    return { ...model, versions };
  },
  describe: (change) => ({ type: 'DELETED_VERSION', version: change.version }),
};
