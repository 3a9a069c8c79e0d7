import type { VersionCreated } from '../chain/changes/version-created.ts';
import type { RegistryEntry } from '../chain/registry-chain.ts';
import type { PlainChange, RegistryChange } from '../chain/registry-change.ts';
import { applyModelChange, newModel } from '../chain/registry-fold.ts';
import { isTidemarkError } from '../errors.ts';
import type { Actor, ModelVersion, RegisteredModel } from '../model/registered-model.ts';
import { assertTransitionsAllowed } from '../registry/assert-transitions-allowed.ts';
import { recordedDigest } from '../registry/recorded-digest.ts';
import { versionPlace } from '../registry/version-place.ts';
import { COPIED_FROM_TAG, type CopyContext, isRefusal, oneByOne } from './copy-context.ts';
import { type Counterparts, counterpartsOf, differences, markOf } from './plan-registered-model.ts';
import { registeredModelInTarget, textInTarget } from './target-ids.ts';

/**
 * Updates a registered model of the target to the one of the source: its versions, descriptions, tags, aliases and
 * stages. In a target with a chain this is one commit, with the original authors and times of the creations. Versions
 * keep their numbers; a number that means another version in the target is left out. A server numbers versions
 * itself, and the report has the new numbers. Stages and aliases that the target's rules do not allow are left as
 * they are. Rules, requests and comments are not copied, because they are decisions of one store; `tidemark merge`
 * joins whole histories. @throws REGISTRY_CONFLICT if another process changes the model at the same time
 */
export async function copyRegisteredModel(
  context: CopyContext,
  { model: original }: RegistryEntry,
): Promise<void> {
  const { to, report } = context;
  const model = registeredModelInTarget(context, original);
  const place = `registered model ${JSON.stringify(model.name)}`;
  const entry = await to.registry.read(model.name);
  const known = counterpartsOf(model, entry?.model, (ours, theirs) =>
    isSameVersion(context, ours, theirs),
  );
  const lacking = lackingVersions(context, model, entry, known, place);
  noteReviews(context, model, entry, place);
  if (
    entry !== undefined &&
    lacking.length === 0 &&
    differences(model, entry.model, known).length === 0
  ) {
    report.alreadyThere.registeredModels += 1;
    return;
  }
  report.copied.registeredModels += 1;
  report.copied.modelVersions += lacking.length;
  if (report.dryRun) return;
  const copy = { model, entry, known, lacking, place };
  if (to.registry.createVersion === undefined) await commitCopy(context, copy);
  else await callCopy(context, copy);
}

/** A registered model during its copy: as it is in the source, and the parts that the target has and lacks. */
interface ModelCopy {
  readonly model: RegisteredModel;
  readonly entry: RegistryEntry | undefined;
  readonly known: Counterparts;
  readonly lacking: readonly ModelVersion[];
  readonly place: string;
}

/** Writes the whole copy in one commit. */
async function commitCopy(context: CopyContext, copy: ModelCopy): Promise<void> {
  const { to, by } = context;
  const { model, entry, lacking, place } = copy;
  const changes: RegistryChange[] = [];
  let target = entry?.model;
  if (target === undefined) {
    const stamp = { by: authorOf(model.versions[0], by), atMs: model.creationTimeMs };
    const { description } = model;
    changes.push({
      kind: 'brought-in',
      ...stamp,
      changes: [{ kind: 'model-created', description }],
    });
    target = newModel(model.name, description, stamp);
  }
  const counterparts = new Map(copy.known);
  for (const version of lacking) {
    const stamp = { by: authorOf(version, by), atMs: version.creationTimeMs };
    const created = await versionCreated(context, version);
    changes.push({ kind: 'brought-in', ...stamp, changes: [created] });
    target = applyModelChange(target, created, stamp);
    counterparts.set(version.version, target.versions.at(-1) as ModelVersion);
  }
  const own = differences(model, target, counterparts);
  changes.push(...(await allowed(context, target, own, place)));
  if (changes.length === 0) return;
  await to.registry.commit(model.name, entry?.head, { by, atMs: Date.now(), changes });
}

/** Writes the copy with calls of a server. The server numbers the versions, and a second copy finds them by a tag. */
async function callCopy(context: CopyContext, copy: ModelCopy): Promise<void> {
  const { to, by, report } = context;
  const { model, lacking, place } = copy;
  const { registry } = to;
  if (copy.entry === undefined) {
    const { description } = model;
    const changes = [{ kind: 'model-created', description }] as const;
    await registry.commit(model.name, undefined, { by, atMs: Date.now(), changes });
  }
  const numbers = new Map([...copy.known].map(([number, { version }]) => [number, version]));
  for (const version of lacking) {
    const { source, description, runId, modelId, runLink } = await versionCreated(context, version);
    const made = await registry.createVersion?.(model.name, {
      source,
      description,
      ...(runId === undefined ? {} : { runId }),
      ...(modelId === undefined ? {} : { modelId }),
      ...(runLink === undefined ? {} : { runLink }),
      tags: { [COPIED_FROM_TAG]: markOf(model.name, version) },
      by: authorOf(version, by),
    });
    if (made === undefined) continue;
    numbers.set(version.version, made.version);
    if (made.version === version.version) continue;
    report.problems.push({
      severity: 'note',
      place,
      message: `Version ${version.version} is version ${made.version} in ${to.uri}, which numbers versions itself.`,
    });
  }
  const entry = await registry.read(model.name);
  if (entry === undefined) return;
  const counterparts = new Map<number, ModelVersion>();
  for (const [number, given] of numbers) {
    const there = entry.model.versions.find(({ version }) => version === given);
    if (there !== undefined) counterparts.set(number, there);
  }
  const own = differences(model, entry.model, counterparts);
  const changes = await allowed(context, entry.model, own, place);
  if (changes.length === 0) return;
  try {
    await registry.commit(model.name, entry.head, { by, atMs: Date.now(), changes });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // A change that the server refuses must not prevent the others.
    for (const change of changes) {
      await oneByOne(context, place, async () => {
        const head = (await registry.read(model.name))?.head;
        await registry.commit(model.name, head, { by, atMs: Date.now(), changes: [change] });
      });
    }
  }
}

function authorOf(version: ModelVersion | undefined, by: Actor): Actor {
  const author = version?.createdBy;
  return author === undefined || author.name === '' ? by : { ...author, authenticated: false };
}

/** Returns the versions to create. Reports and leaves out those whose number means another version in the chain. */
function lackingVersions(
  { to, report }: CopyContext,
  model: RegisteredModel,
  entry: RegistryEntry | undefined,
  known: Counterparts,
  place: string,
): ModelVersion[] {
  const lacking = model.versions.filter(({ version }) => !known.has(version));
  if (to.registry.createVersion !== undefined) return lacking;
  return lacking.filter(({ version }) => {
    const isTaken = entry?.model.versions.some((there) => there.version === version) === true;
    if (isTaken) {
      report.problems.push({
        severity: 'left-out',
        place,
        message: `Version ${version} has other files in ${to.uri}, where it is not changed. To have this version there, register it again.`,
      });
    }
    return !isTaken;
  });
}

/**
 * Returns the changes that the target's rules allow now. Reports the others, which the users of the target decide.
 */
async function allowed(
  { to, by, report }: CopyContext,
  target: RegisteredModel,
  changes: readonly PlainChange[],
  place: string,
): Promise<PlainChange[]> {
  const kept: PlainChange[] = [];
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

/**
 * Returns the change that creates the version, with digests of the target's own state, because the digests of the
 * source name the source's writers.
 */
async function versionCreated(
  context: CopyContext,
  version: ModelVersion,
): Promise<VersionCreated> {
  const { to, runs, models } = context;
  const runId = version.runId && (runs.get(version.runId) ?? version.runId);
  const modelId = version.modelId && (models.get(version.modelId) ?? version.modelId);
  const { storageLocation } = version;
  const placeOf = (source: string): Promise<string> => sourceInTarget(context, version, source);
  const source = await placeOf(version.source);
  const frozen = storageLocation === undefined ? undefined : await placeOf(storageLocation);
  const facts = {
    // A server looks up the source, and may not have the version that this one was copied from.
    source: frozen === undefined || to.capabilities.registryChain ? source : frozen,
    ...(frozen === undefined ? {} : { storageLocation: frozen }),
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

/**
 * Returns the source in a form that is valid in every store, if it leads to files of a run or a logged model of the
 * source store. An address of another place stays as it is, even if it has an id in it.
 */
async function sourceInTarget(
  context: CopyContext,
  { runId, modelId }: ModelVersion,
  source: string,
): Promise<string> {
  const { from, runs, models } = context;
  const isReference = /^(runs|models):/.test(source);
  const place = await versionPlace(from, {
    source,
    ...(runId === undefined ? {} : { runId }),
    ...(modelId === undefined ? {} : { modelId }),
  });
  if (place?.kind === 'model') return `models:/${models.get(place.modelId) ?? place.modelId}`;
  if (place === undefined) {
    const isOfStore = isReference || /^mlflow-artifacts:\/(?!\/)/.test(source);
    return isOfStore ? textInTarget(context, source) : source;
  }
  const newId = runs.get(place.runId) ?? place.runId;
  if (isReference && newId === place.runId) return source;
  return `runs:/${newId}${place.path === '' ? '' : `/${place.path}`}`;
}

/** Whether two versions with one number have the same files, as far as both stores record them. */
function isSameVersion(
  { runs, models }: CopyContext,
  source: ModelVersion,
  target: ModelVersion,
): boolean {
  if (source.artifactsDigest !== undefined && target.artifactsDigest !== undefined) {
    return source.artifactsDigest === target.artifactsDigest;
  }
  const modelId = source.modelId && models.get(source.modelId);
  if (modelId !== undefined && target.modelId !== undefined) return modelId === target.modelId;
  const runId = source.runId && runs.get(source.runId);
  if (runId !== undefined && target.runId !== undefined) return runId === target.runId;
  // Ids and addresses differ between stores; the kind of the source does not.
  return (source.modelId === undefined) === (target.modelId === undefined);
}

function noteReviews(
  { report }: CopyContext,
  model: RegisteredModel,
  target: RegistryEntry | undefined,
  place: string,
): void {
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
