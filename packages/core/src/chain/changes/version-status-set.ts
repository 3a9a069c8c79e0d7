import { z } from 'zod';
import type { ModelVersionStatus } from '../../model/registered-model.ts';
import { changeVersion } from '../alter-model.ts';
import { status, text, version } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** The status of a version is set: it is ready, or it failed. */
export interface VersionStatusSet {
  readonly kind: 'version-status-set';
  readonly version: number;
  readonly status: ModelVersionStatus;
  readonly statusMessage?: string;
}

export const versionStatusSet: ModelChangeKind<VersionStatusSet> = {
  schema: z.object({
    kind: z.literal('version-status-set'),
    version,
    status,
    statusMessage: text.exactOptional(),
  }),
  join: (model, change, stamp) =>
    changeVersion(model, change.version, stamp, () => ({
      status: change.status,
      statusMessage: change.statusMessage ?? '',
    })),
  describe: (change) => ({
    type: 'UPDATED_VERSION',
    version: change.version,
    subject: change.status,
  }),
};
