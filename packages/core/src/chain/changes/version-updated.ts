import { z } from 'zod';
import { descriptionText } from '../activity.ts';
import { changeVersion } from '../alter-model.ts';
import { text, version } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A version gets a new description. */
export interface VersionUpdated {
  readonly kind: 'version-updated';
  readonly version: number;
  readonly description: string;
}

export const versionUpdated: ModelChangeKind<VersionUpdated> = {
  schema: z.object({ kind: z.literal('version-updated'), version, description: text }),
  join: (model, change, stamp) =>
    changeVersion(model, change.version, stamp, () => ({ description: change.description })),
  movesNoModel: true,
  describe: (change) => ({
    type: 'UPDATED_VERSION',
    version: change.version,
    ...descriptionText(change.description),
  }),
};
