import type { RegisteredModel, RegistryTag } from '@tidemark/core';
import {
  type Column,
  type SqlTable,
  sqlTable,
  text,
  texts,
  time,
  truth,
  whole,
} from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';
import { allVersions, type VersionRow } from './version-rows.ts';

interface TagRow {
  readonly name: string;
  readonly version?: number;
  readonly tag: RegistryTag;
}

const TAG_COLUMNS: Readonly<Record<string, Column<TagRow>>> = {
  key: text('The key.', ({ tag }) => tag.key),
  value: text('The value.', ({ tag }) => tag.value),
  set_by: text('The user who set the tag.', ({ tag }) => tag.evidence.by.name),
  set_by_authenticated: truth(
    'Whether a server authenticated that user.',
    ({ tag }) => tag.evidence.by.authenticated,
  ),
  set_time: time('The time when the tag was set.', ({ tag }) => tag.evidence.atMs),
  run_id: text('Evidence: the run that produced the verdict.', ({ tag }) => tag.evidence.runId),
  ci_job: text('Evidence: the CI job that produced the verdict.', ({ tag }) => tag.evidence.ciJob),
  digest: text(
    'Evidence: the digest of the files that the tag is about.',
    ({ tag }) => tag.evidence.digest,
  ),
};

/** Registered models, their versions, aliases and tags. */
export const registryTables: readonly SqlTable<StoreRecords>[] = [
  sqlTable<StoreRecords, RegisteredModel>({
    name: 'registered_models',
    description: 'Registered models, under their current names.',
    items: ({ registeredModels }) => registeredModels,
    columns: {
      name: text('The name, which is also the id.', (m) => m.name),
      description: text('The description; may be empty.', (m) => m.description),
      latest_version: whole(
        'The highest version; NULL for a model without versions.',
        (m) => m.versions.at(-1)?.version,
      ),
      creation_time: time('The creation time.', (m) => m.creationTimeMs),
      last_update_time: time('The time of the last change.', (m) => m.lastUpdateTimeMs),
    },
  }),
  sqlTable<StoreRecords, TagRow>({
    name: 'registered_model_tags',
    description: 'Tags of registered models, with their evidence.',
    items: ({ registeredModels }) =>
      registeredModels.flatMap(({ name, tags }) => tags.map((tag) => ({ name, tag }))),
    columns: { name: text('The registered model.', ({ name }) => name), ...TAG_COLUMNS },
  }),
  sqlTable<StoreRecords, VersionRow>({
    name: 'model_versions',
    description: 'Versions of registered models.',
    items: allVersions,
    columns: {
      name: text('The registered model.', ({ model }) => model.name),
      version: whole('The number, starting at 1.', ({ version }) => version.version),
      stage: text('`None`, `Staging`, `Production` or `Archived`.', ({ version }) => version.stage),
      aliases: texts('The aliases, sorted.', ({ version }) => version.aliases),
      status: text(
        '`READY`, `PENDING_REGISTRATION` or `FAILED_REGISTRATION`.',
        ({ version }) => version.status,
      ),
      status_message: text(
        'The reason for the status.',
        ({ version }) => version.statusMessage || undefined,
      ),
      description: text('The description.', ({ version }) => version.description),
      source: text('The place of the files.', ({ version }) => version.source),
      run_id: text('The run that produced the version.', ({ version }) => version.runId),
      run_link: text('A link to that run, for people.', ({ version }) => version.runLink),
      model_id: text('The logged model that was registered.', ({ version }) => version.modelId),
      artifacts_digest: text(
        'The digest of the files at registration.',
        ({ version }) => version.artifactsDigest,
      ),
      run_state_sha256: text(
        'The digest of the state of the run at registration.',
        ({ version }) => version.runState?.sha256,
      ),
      created_by: text(
        'The user who registered the version.',
        ({ version }) => version.createdBy.name,
      ),
      created_by_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ version }) => version.createdBy.authenticated,
      ),
      creation_time: time('The time of the registration.', ({ version }) => version.creationTimeMs),
      last_update_time: time(
        'The time of the last change.',
        ({ version }) => version.lastUpdateTimeMs,
      ),
    },
  }),
  sqlTable<StoreRecords, VersionRow & { readonly alias: string }>({
    name: 'model_aliases',
    description: 'Aliases, such as `champion`, and their versions.',
    items: function* (records) {
      for (const row of allVersions(records)) {
        for (const alias of row.version.aliases) yield { ...row, alias };
      }
    },
    columns: {
      name: text('The registered model.', ({ model }) => model.name),
      alias: text('The alias, unique in its model.', ({ alias }) => alias),
      version: whole('The version that has the alias.', ({ version }) => version.version),
    },
  }),
  sqlTable<StoreRecords, TagRow>({
    name: 'version_tags',
    description: 'Tags of model versions, with their evidence.',
    items: function* (records) {
      for (const { model, version } of allVersions(records)) {
        for (const tag of version.tags) yield { name: model.name, version: version.version, tag };
      }
    },
    columns: {
      name: text('The registered model.', ({ name }) => name),
      version: whole('The version.', ({ version }) => version),
      ...TAG_COLUMNS,
    },
  }),
];
