import { z } from 'zod';
import { isTidemarkError } from '../errors.ts';
import { type LoggedModelId, parseLoggedModelId, parseRunId, type RunId } from '../model/ids.ts';
import type { RegisteredModel } from '../model/registered-model.ts';
import type { RegistryChange } from './registry-change.ts';
import { transitionRule, transitionTarget } from './transition-rule.ts';

const actor = z.object({ name: z.string(), authenticated: z.boolean() });
const runId = z.custom<RunId>((value) => isParsed(value, parseRunId));
const modelId = z.custom<LoggedModelId>((value) => isParsed(value, parseLoggedModelId));
const tag = z.object({
  key: z.string(),
  value: z.string(),
  evidence: z.object({
    by: actor,
    atMs: z.int(),
    runId: runId.exactOptional(),
    ciJob: z.string().exactOptional(),
    digest: z.string().exactOptional(),
  }),
});
const version = z.int().positive();
const text = z.string();
const id = z.string().min(1);
const comment = text.exactOptional();
const stage = z.enum(['None', 'Staging', 'Production', 'Archived']);
const status = z.enum(['PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY']);
const outcome = z.enum(['approved', 'rejected', 'cancelled', 'superseded']);
const runState = z.object({ sha256: z.string(), through: z.record(z.string(), z.int()) });

const versionFacts = {
  version,
  source: text,
  description: text,
  runId: runId.exactOptional(),
  modelId: modelId.exactOptional(),
  runLink: text.exactOptional(),
  statusMessage: text.exactOptional(),
  artifactsDigest: text.exactOptional(),
  runState: runState.exactOptional(),
};

const request = z.object({
  requestId: id,
  target: transitionTarget,
  by: actor,
  atMs: z.int(),
  comment: text,
  archiveExistingVersions: z.boolean(),
  approvals: z.array(z.object({ by: actor, atMs: z.int(), comment: text })),
  closed: z.object({ outcome, by: actor, atMs: z.int(), comment: text }).exactOptional(),
});

const times = { creationTimeMs: z.int(), lastUpdateTimeMs: z.int() };

const model = z.object({
  name: text,
  ...times,
  description: text,
  tags: z.array(tag),
  rules: z.array(transitionRule),
  versions: z.array(
    z.object({
      ...versionFacts,
      ...times,
      createdBy: actor,
      stage,
      status,
      tags: z.array(tag),
      aliases: z.array(text),
      requests: z.array(request),
      comments: z.array(z.object({ commentId: id, by: actor, ...times, text })),
    }),
  ),
}) satisfies z.ZodType<RegisteredModel>;

const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('model-created'), description: text }),
  z.object({ kind: z.literal('model-updated'), description: text }),
  z.object({ kind: z.literal('model-tag-set'), tag }),
  z.object({ kind: z.literal('model-tag-deleted'), key: text }),
  z.object({ kind: z.literal('rules-set'), rules: z.array(transitionRule) }),
  z.object({ kind: z.literal('model-deleted') }),
  z.object({ kind: z.literal('model-renamed'), to: text }),
  z.object({
    kind: z.literal('model-arrived'),
    from: z.object({ name: text, number: z.int().positive(), hash: text }),
    model,
    lastVersion: z.int().nonnegative(),
  }),
  z.object({
    kind: z.literal('version-created'),
    ...versionFacts,
    status: status.exactOptional(),
  }),
  z.object({ kind: z.literal('version-updated'), version, description: text }),
  z.object({
    kind: z.literal('version-status-set'),
    version,
    status,
    statusMessage: text.exactOptional(),
  }),
  z.object({ kind: z.literal('version-deleted'), version }),
  z.object({ kind: z.literal('version-tag-set'), version, tag }),
  z.object({ kind: z.literal('version-tag-deleted'), version, key: text }),
  z.object({
    kind: z.literal('alias-set'),
    alias: text,
    version,
    request: id.exactOptional(),
    comment,
  }),
  z.object({ kind: z.literal('alias-deleted'), alias: text }),
  z.object({
    kind: z.literal('stage-set'),
    version,
    from: stage,
    to: stage,
    cause: z.enum(['direct', 'request', 'archived']),
    request: id.exactOptional(),
    comment,
  }),
  z.object({
    kind: z.literal('request-created'),
    request: id,
    version,
    target: transitionTarget,
    archiveExistingVersions: z.boolean().exactOptional(),
    comment,
  }),
  z.object({ kind: z.literal('request-approved'), request: id, comment }),
  z.object({ kind: z.literal('request-closed'), request: id, outcome, comment }),
  z.object({ kind: z.literal('comment-created'), comment: id, version, text }),
  z.object({ kind: z.literal('comment-updated'), comment: id, text }),
  z.object({ kind: z.literal('comment-deleted'), comment: id }),
]) satisfies z.ZodType<RegistryChange>;

/** A change as it stands in a commit. */
export const registryChangeSchema: z.ZodType<RegistryChange> = change;

/** Who did something, as it stands in a commit. */
export const actorSchema: z.ZodType<{ name: string; authenticated: boolean }> = actor;

/** The kinds of change that this version knows. */
export const REGISTRY_CHANGE_KINDS: ReadonlySet<string> = new Set<string>(
  change.options.map((option) => option.shape.kind.value),
);

function isParsed(value: unknown, parse: (text: string) => unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    parse(value);
    return true;
  } catch (error) {
    if (isTidemarkError(error, 'INVALID_ID')) return false;
    throw error;
  }
}
