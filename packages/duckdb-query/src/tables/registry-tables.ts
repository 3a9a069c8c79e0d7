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
  set_by: text('Who set it.', ({ tag }) => tag.evidence.by.name),
  set_by_authenticated: truth(
    'Whether a server authenticated that user.',
    ({ tag }) => tag.evidence.by.authenticated,
  ),
  set_time: time('When it was set.', ({ tag }) => tag.evidence.atMs),
  run_id: text('Evidence: the run that gave the verdict.', ({ tag }) => tag.evidence.runId),
  ci_job: text('Evidence: the CI job that gave it.', ({ tag }) => tag.evidence.ciJob),
  digest: text(
    'Evidence: the artifacts digest that the tag is about.',
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
      name: text('Its name, which is its id.', (m) => m.name),
      description: text('Free text; may be empty.', (m) => m.description),
      latest_version: whole(
        'The highest version; NULL for a model without versions.',
        (m) => m.versions.at(-1)?.version,
      ),
      creation_time: time('When it was created.', (m) => m.creationTimeMs),
      last_update_time: time('When it was last changed.', (m) => m.lastUpdateTimeMs),
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
      version: whole('Its number, starting at 1.', ({ version }) => version.version),
      stage: text('`None`, `Staging`, `Production` or `Archived`.', ({ version }) => version.stage),
      aliases: texts('Its aliases, sorted.', ({ version }) => version.aliases),
      status: text(
        '`READY`, `PENDING_REGISTRATION` or `FAILED_REGISTRATION`.',
        ({ version }) => version.status,
      ),
      status_message: text(
        'The reason for its status.',
        ({ version }) => version.statusMessage || undefined,
      ),
      description: text('Free text.', ({ version }) => version.description),
      source: text('Where its files are.', ({ version }) => version.source),
      run_id: text('The run it came from.', ({ version }) => version.runId),
      run_link: text('A link to that run, for people.', ({ version }) => version.runLink),
      model_id: text('The logged model it is.', ({ version }) => version.modelId),
      artifacts_digest: text(
        'The digest of its files when it was registered.',
        ({ version }) => version.artifactsDigest,
      ),
      run_state_sha256: text(
        "The digest of its run's state then.",
        ({ version }) => version.runState?.sha256,
      ),
      created_by: text('Who registered it.', ({ version }) => version.createdBy.name),
      created_by_authenticated: truth(
        'Whether a server authenticated that user.',
        ({ version }) => version.createdBy.authenticated,
      ),
      creation_time: time('When it was registered.', ({ version }) => version.creationTimeMs),
      last_update_time: time(
        'When it was last changed.',
        ({ version }) => version.lastUpdateTimeMs,
      ),
    },
  }),
  sqlTable<StoreRecords, VersionRow & { readonly alias: string }>({
    name: 'model_aliases',
    description: 'Aliases, such as `champion`, and the versions they point to.',
    items: function* (records) {
      for (const row of allVersions(records)) {
        for (const alias of row.version.aliases) yield { ...row, alias };
      }
    },
    columns: {
      name: text('The registered model.', ({ model }) => model.name),
      alias: text('The alias, unique in its model.', ({ alias }) => alias),
      version: whole('The version it points to.', ({ version }) => version.version),
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
