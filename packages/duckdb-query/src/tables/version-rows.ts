import type { ModelVersion, RegisteredModel } from '@tidemark/core';
import type { StoreRecords } from './store-records.ts';

/** A model version and its registered model. */
export interface VersionRow {
  readonly model: RegisteredModel;
  readonly version: ModelVersion;
}

/** Every version of every registered model. */
export function* allVersions({ registeredModels }: StoreRecords): Generator<VersionRow> {
  for (const model of registeredModels) {
    for (const version of model.versions) yield { model, version };
  }
}
