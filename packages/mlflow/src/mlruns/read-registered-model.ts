import {
  assertAlias,
  assertModelName,
  isTidemarkError,
  type LoggedModelId,
  MODEL_STAGES,
  type ModelVersionStatus,
  parseLoggedModelId,
  parseRunId,
  type RunId,
} from '@tidemark/core';
import { z } from 'zod';
import { type PlaceOfSource, placeOfSource, type RecordedLocations } from './artifact-location.ts';
import type { MlrunsFiles } from './mlruns-files.ts';
import type {
  MlrunsProblem,
  PlannedRegisteredModel,
  PlannedTombstone,
  PlannedVersion,
} from './mlruns-plan.ts';
import { below, foldersOf, metaText, metaTime, readKeyFiles, readMeta } from './read-files.ts';
import { Unreadable } from './unreadable.ts';

/** The tag that marks a registered model as a prompt (prompt/constants.py). */
const PROMPT_TAG = 'mlflow.prompt.is_prompt';
/** The stage of a deleted version, of which only the number is left. */
const DELETED_STAGE = 'Deleted_Internal';
// entities/model_registry/model_version_status.py
const STATUSES: readonly ModelVersionStatus[] = [
  'PENDING_REGISTRATION',
  'FAILED_REGISTRATION',
  'READY',
];

const meta = z.object({
  name: metaText,
  description: metaText.nullish(),
  creation_timestamp: metaTime.nullish(),
  last_updated_timestamp: metaTime.nullish(),
});
const versionMeta = z.object({
  name: metaText,
  version: z.int().positive(),
  creation_timestamp: metaTime.nullish(),
  last_updated_timestamp: metaTime.nullish(),
  current_stage: metaText.nullish(),
  description: metaText.nullish(),
  user_id: metaText.nullish(),
  source: metaText.nullish(),
  storage_location: metaText.nullish(),
  run_id: metaText.nullish(),
  model_id: metaText.nullish(),
  run_link: metaText.nullish(),
  status: metaText.nullish(),
  status_message: metaText.nullish(),
});
type VersionMeta = z.infer<typeof versionMeta>;

/**
 * Reads `models/<name>` with its versions. Returns `undefined` for a prompt, which is not a model. Keeps the
 * numbers of deleted versions. Throws `Unreadable`.
 */
export async function readRegisteredModel(
  files: MlrunsFiles,
  folder: string,
  locations: RecordedLocations,
  notes: MlrunsProblem[],
): Promise<PlannedRegisteredModel | undefined> {
  const place = below('models', folder);
  const facts = await readMeta(files, place, meta);
  if (facts.name !== folder) {
    throw new Unreadable(place, `Its meta.yaml belongs to the model ${facts.name}.`);
  }
  const tags = await readKeyFiles(files, below(place, 'tags'), 'tag', notes);
  if (tags.get(PROMPT_TAG)?.toLowerCase() === 'true') {
    notes.push({
      severity: 'left-out',
      place,
      message: 'It is a prompt, which Tidemark does not keep.',
    });
    return undefined;
  }
  assertModelName(facts.name);
  const versions: Omit<PlannedVersion, 'aliases'>[] = [];
  const deletedVersions: PlannedTombstone[] = [];
  for (const name of await foldersOf(files, place)) {
    const number = /^version-(\d+)$/.exec(name)?.[1];
    if (number === undefined) continue;
    const version = await readVersion(files, below(place, name), facts.name, locations, notes);
    if (String(version.version) !== number) {
      throw new Unreadable(
        below(place, name),
        `Its meta.yaml belongs to version ${version.version}.`,
      );
    }
    if ('deletedTimeMs' in version) deletedVersions.push(version);
    else versions.push(version);
  }
  const aliases = await readAliases(
    files,
    place,
    new Set(versions.map(({ version }) => version)),
    notes,
  );
  const creationTimeMs = facts.creation_timestamp ?? 0;
  return {
    place,
    name: facts.name,
    description: facts.description ?? '',
    creationTimeMs,
    lastUpdateTimeMs: facts.last_updated_timestamp ?? creationTimeMs,
    tags: Object.fromEntries(tags),
    versions: versions
      .sort((a, b) => a.version - b.version)
      .map((version) => ({ ...version, aliases: aliases.get(version.version) ?? [] })),
    deletedVersions: deletedVersions.sort((a, b) => a.version - b.version),
  };
}

async function readVersion(
  files: MlrunsFiles,
  place: string,
  model: string,
  locations: RecordedLocations,
  notes: MlrunsProblem[],
): Promise<Omit<PlannedVersion, 'aliases'> | PlannedTombstone> {
  const facts = await readMeta(files, place, versionMeta);
  if (facts.name !== model) {
    throw new Unreadable(place, `Its meta.yaml belongs to the model ${facts.name}.`);
  }
  const creationTimeMs = facts.creation_timestamp ?? 0;
  const lastUpdateTimeMs = facts.last_updated_timestamp ?? creationTimeMs;
  if (facts.current_stage === DELETED_STAGE) {
    return { version: facts.version, deletedTimeMs: lastUpdateTimeMs };
  }
  const tags = await readKeyFiles(files, below(place, 'tags'), 'tag', notes);
  return {
    version: facts.version,
    creationTimeMs,
    lastUpdateTimeMs,
    userName: facts.user_id ?? '',
    description: facts.description ?? '',
    stage: oneOf(MODEL_STAGES, facts.current_stage ?? 'None', place, 'stage'),
    status: oneOf(STATUSES, facts.status ?? 'READY', place, 'status'),
    ...(facts.status_message ? { statusMessage: facts.status_message } : {}),
    ...(facts.run_link ? { runLink: facts.run_link } : {}),
    ...linksOf(facts, place, locations, tags, notes),
    tags: Object.fromEntries(tags),
  };
}

function oneOf<Name extends string>(
  known: readonly Name[],
  text: string,
  place: string,
  what: string,
): Name {
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  throw new Unreadable(place, `Its ${what} ${JSON.stringify(text)} does not exist in MLflow.`);
}

/**
 * Returns the run, the logged model and the source of a version. A source on the disk of another machine becomes an
 * address.
 */
function linksOf(
  facts: VersionMeta,
  place: string,
  locations: RecordedLocations,
  tags: Map<string, string>,
  notes: MlrunsProblem[],
): Pick<PlannedVersion, 'source' | 'storageLocation' | 'runId' | 'modelId'> {
  const source = facts.source ?? '';
  // A copy names the version that it was made from. MLflow records the place of the files with it.
  const storageLocation = facts.storage_location ?? '';
  // Without any place of the files, the logged model has them.
  const isOnlyNamed = storageLocation === '' && /^(models:\/(?!m-)|$)/.test(source);
  const found =
    placeOfSource(source, locations) ??
    placeOfSource(storageLocation, locations) ??
    (isOnlyNamed && facts.model_id
      ? ({ kind: 'model', modelId: facts.model_id } as const)
      : undefined);
  const runId: RunId | undefined = facts.run_id ? parseRunId(facts.run_id) : undefined;
  const named = facts.model_id || (found?.kind === 'model' ? found.modelId : '');
  const modelId: LoggedModelId | undefined = named ? parseLoggedModelId(named) : undefined;
  const address = addressOf(found) ?? source;
  if (address !== source && source !== '') tags.set('tidemark.import.source', source);
  if (found === undefined) {
    notes.push({
      severity: 'note',
      place,
      message: `Its files are not in this folder (source ${source || 'unknown'}). Only its record was imported.`,
    });
  }
  const isCopy = /^models:/.test(address) && found === undefined && storageLocation !== '';
  return {
    source: address,
    ...(isCopy && storageLocation !== address ? { storageLocation } : {}),
    ...(runId === undefined ? {} : { runId }),
    ...(modelId === undefined ? {} : { modelId }),
  };
}

function addressOf(place: PlaceOfSource | undefined): string | undefined {
  if (place === undefined) return undefined;
  return place.kind === 'model' ? `models:/${place.modelId}` : `runs:/${place.runId}/${place.path}`;
}

async function readAliases(
  files: MlrunsFiles,
  place: string,
  versions: ReadonlySet<number>,
  notes: MlrunsProblem[],
): Promise<Map<number, string[]>> {
  const aliases = new Map<number, string[]>();
  const folder = below(place, 'aliases');
  for (const [alias, text] of await readKeyFiles(files, folder, 'tag', notes)) {
    const version = Number(text.trim());
    const problem = !versions.has(version)
      ? `It points at version ${text.trim()}, which does not exist`
      : isAlias(alias)
        ? undefined
        : 'Such an alias is reserved';
    if (problem === undefined) aliases.set(version, [...(aliases.get(version) ?? []), alias]);
    else {
      notes.push({
        severity: 'left-out',
        place: below(folder, alias),
        message: `${problem}: the alias was not imported.`,
      });
    }
  }
  return aliases;
}

function isAlias(alias: string): boolean {
  try {
    assertAlias(alias);
    return true;
  } catch (error) {
    if (isTidemarkError(error, 'INVALID_KEY')) return false;
    throw error;
  }
}
