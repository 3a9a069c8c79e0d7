import { isTidemarkError } from '../errors.ts';
import type { RunId } from '../model/ids.ts';
import type { ModelVersion, RegisteredModel, RegistryTag } from '../model/registered-model.ts';
import { assertTransitionsAllowed } from '../registry/assert-transitions-allowed.ts';
import { recordedDigest } from '../registry/recorded-digest.ts';
import type { RegistryChange } from '../registry/registry-change.ts';
import type { RegistryEntry } from '../store/store.ts';
import type { CopyContext } from './copy-context.ts';

/**
 * Brings a registered model of the target up to the one of the source: its versions under their
 * numbers, each committed as its author at its time, then descriptions, tags, aliases and stages. A
 * version that the target has for something else is left as it is there, and so are stages and aliases that
 * the target's rules do not allow. Rules, requests and comments
 * stay behind: they are the decisions of one store; `tidemark merge` joins whole histories.
 * @throws REGISTRY_CONFLICT when somebody else changes the model meanwhile
 */
export async function copyRegisteredModel(
  context: CopyContext,
  { model }: RegistryEntry,
): Promise<void> {
  const { to, report, by } = context;
  const place = `registered model ${JSON.stringify(model.name)}`;
  let entry = await to.registry.read(model.name);
  const lacking = model.versions.filter(({ version }) => !hasVersion(entry, version));
  noteDifferences(context, model, entry, place);
  const isUpToDate = lacking.length === 0 && changesOf(model, entry?.model).length === 0;
  if (entry !== undefined && isUpToDate) {
    report.alreadyThere.registeredModels += 1;
    return;
  }
  report.copied.registeredModels += 1;
  report.copied.modelVersions += lacking.length;
  if (report.dryRun) return;
  if (entry === undefined) {
    entry = await to.registry.commit(model.name, undefined, {
      by: model.versions[0]?.createdBy ?? by,
      atMs: model.creationTimeMs,
      changes: [{ kind: 'model-created', description: model.description }],
    });
  }
  for (const version of lacking) {
    entry = await to.registry.commit(model.name, entry.head, {
      by: version.createdBy.name === '' ? by : { ...version.createdBy, authenticated: false },
      atMs: version.creationTimeMs,
      changes: [
        ...(to.capabilities.registryChain ? [] : placeholders(entry.model, version.version)),
        await versionCreated(context, version),
      ],
    });
  }
  const changes = await allowed(context, entry.model, changesOf(model, entry.model), place);
  if (changes.length > 0) {
    await to.registry.commit(model.name, entry.head, { by, atMs: Date.now(), changes });
  }
}

/** The changes that the target's rules allow now; the others are reported, and stay for its people to decide. */
async function allowed(
  { to, by, report }: CopyContext,
  target: RegisteredModel,
  changes: readonly RegistryChange[],
  place: string,
): Promise<RegistryChange[]> {
  const kept: RegistryChange[] = [];
  for (const change of changes) {
    try {
      const digestOf = (version: ModelVersion) => recordedDigest(to, version);
      await assertTransitionsAllowed(digestOf, target, [...kept, change], by);
      kept.push(change);
    } catch (error) {
      if (!isTidemarkError(error, 'TRANSITION_REFUSED')) throw error;
      report.problems.push({ severity: 'left-out', place, message: error.message });
    }
  }
  return kept;
}

function hasVersion(entry: RegistryEntry | undefined, number: number): boolean {
  return entry?.model.versions.some(({ version }) => version === number) === true;
}

/** A server numbers versions itself: the numbers of deleted ones are used up by making and deleting some. */
function placeholders(target: RegisteredModel, number: number): RegistryChange[] {
  const last = target.versions.reduce((most, { version }) => Math.max(most, version), 0);
  const changes: RegistryChange[] = [];
  for (let version = last + 1; version < number; version += 1) {
    changes.push(
      { kind: 'version-created', version, source: 'tidemark:deleted', description: '' },
      { kind: 'version-deleted', version },
    );
  }
  return changes;
}

/** The version, pinned by what the target holds: the digests of the source name the source's writers. */
async function versionCreated(
  context: CopyContext,
  version: ModelVersion,
): Promise<RegistryChange> {
  const { to, runs, models } = context;
  const runId = version.runId && (runs.get(version.runId) ?? version.runId);
  const modelId = version.modelId && (models.get(version.modelId) ?? version.modelId);
  const facts = {
    source: sourceInTarget(version, runId, modelId),
    ...(runId === undefined ? {} : { runId }),
    ...(modelId === undefined ? {} : { modelId }),
  };
  const artifactsDigest =
    version.artifactsDigest ??
    (to.capabilities.artifactDigests ? await recordedDigest(to, facts) : undefined);
  const hasRun = runId !== undefined && (await to.runs({ runIds: [runId] })).length > 0;
  const { runLink, status, statusMessage, description } = version;
  return {
    kind: 'version-created',
    version: version.version,
    ...facts,
    description,
    status,
    ...(runLink === undefined ? {} : { runLink }),
    ...(statusMessage === undefined ? {} : { statusMessage }),
    ...(artifactsDigest === undefined ? {} : { artifactsDigest }),
    ...(hasRun ? { runState: await to.runStateDigest(runId) } : {}),
  };
}

/** A source below a run or a logged model names them in a way that holds in any store. */
function sourceInTarget(
  { source, runId, modelId }: ModelVersion,
  newRunId: RunId | undefined,
  newModelId: string | undefined,
): string {
  if (modelId !== undefined && newModelId !== undefined && source.includes(modelId)) {
    const path = source.slice(source.indexOf(modelId) + modelId.length);
    if (/^(\/artifacts)?\/?$/.test(path)) return `models:/${newModelId}`;
  }
  if (runId !== undefined && newRunId !== undefined && source.includes(runId)) {
    const path = source
      .slice(source.indexOf(runId) + runId.length)
      .replace(/^\/artifacts(?=\/|$)/, '');
    if (!source.startsWith('runs:') || runId !== newRunId) return `runs:/${newRunId}${path}`;
  }
  return source;
}

/** What makes the versions that both have the same, and the model's own description and tags. */
function changesOf(model: RegisteredModel, target: RegisteredModel | undefined): RegistryChange[] {
  const changes: RegistryChange[] = [];
  if (target === undefined) return changes;
  if (model.description !== target.description && model.description !== '') {
    changes.push({ kind: 'model-updated', description: model.description });
  }
  for (const tag of lackingTags(model.tags, target.tags)) {
    changes.push({ kind: 'model-tag-set', tag });
  }
  for (const source of model.versions) {
    const version = source.version;
    const there = target.versions.find((candidate) => candidate.version === version);
    if (there === undefined || !isSameVersion(source, there)) continue;
    if (source.description !== there.description && source.description !== '') {
      changes.push({ kind: 'version-updated', version, description: source.description });
    }
    for (const tag of lackingTags(source.tags, there.tags)) {
      changes.push({ kind: 'version-tag-set', version, tag });
    }
    if (source.stage !== there.stage) {
      const move = { version, from: there.stage, to: source.stage, cause: 'direct' } as const;
      changes.push({ kind: 'stage-set', ...move });
    }
    for (const alias of source.aliases) {
      if (!there.aliases.includes(alias)) changes.push({ kind: 'alias-set', alias, version });
    }
  }
  return changes;
}

function lackingTags(
  source: readonly RegistryTag[],
  target: readonly RegistryTag[],
): readonly RegistryTag[] {
  return source.filter(
    ({ key, value }) => !target.some((tag) => tag.key === key && tag.value === value),
  );
}

/** Whether two versions of one number are of the same files, as far as both stores say. */
function isSameVersion(source: ModelVersion, target: ModelVersion): boolean {
  if (source.artifactsDigest !== undefined && target.artifactsDigest !== undefined) {
    return source.artifactsDigest === target.artifactsDigest;
  }
  // Ids and addresses differ from store to store; a kind of source does not.
  return (source.modelId === undefined) === (target.modelId === undefined);
}

function noteDifferences(
  { report, to }: CopyContext,
  model: RegisteredModel,
  target: RegistryEntry | undefined,
  place: string,
): void {
  for (const source of model.versions) {
    const there = target?.model.versions.find(({ version }) => version === source.version);
    if (there === undefined || isSameVersion(source, there)) continue;
    report.problems.push({
      severity: 'left-out',
      place,
      message: `Version ${source.version} is of other files in ${to.uri}, and left as it is there. Register this one there anew.`,
    });
  }
  const requests = model.versions.flatMap((version) => version.requests).length;
  const comments = model.versions.flatMap((version) => version.comments).length;
  if (target === undefined && requests + comments + model.rules.length > 0) {
    report.problems.push({
      severity: 'note',
      place,
      message: `Its ${model.rules.length} rules, ${requests} transition requests and ${comments} comments were not copied. Between two stores in folders "tidemark merge" joins the whole history.`,
    });
  }
}
