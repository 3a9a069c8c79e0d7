import {
  type Actor,
  type EvidenceDraft,
  parseRunId,
  type RegistryComment,
  type TransitionRequest,
  type TransitionTarget,
} from '@tidemark/core';
import { z } from 'zod';
import { text } from './wire-fields.ts';

/** Schema of an actor. */
export const ActorFields: z.ZodType<Actor> = z.object({
  name: z.string(),
  authenticated: z.boolean(),
});

const target: z.ZodType<TransitionTarget> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('stage'),
    stage: z.enum(['None', 'Staging', 'Production', 'Archived']),
  }),
  z.object({ kind: z.literal('alias'), alias: z.string() }),
]);

const said = { by: ActorFields, atMs: z.int(), comment: z.string() };

/** A transition request in Tidemark's own fields, as in a registry commit (docs/store-format.md). */
export const TransitionRequestFields: z.ZodType<TransitionRequest> = z.object({
  requestId: z.string(),
  target,
  ...said,
  archiveExistingVersions: z.boolean(),
  approvals: z.array(z.object(said)),
  closed: z
    .object({ outcome: z.enum(['approved', 'rejected', 'cancelled', 'superseded']), ...said })
    .exactOptional(),
});

/** A comment in Tidemark's own fields, as in a registry commit. */
export const RegistryCommentFields: z.ZodType<RegistryComment> = z.object({
  commentId: z.string(),
  by: ActorFields,
  creationTimeMs: z.int(),
  lastUpdateTimeMs: z.int(),
  text: z.string(),
});

/** The evidence that Tidemark's client sends with a tag. The server adds author and time. */
export interface EvidenceMessage {
  readonly run_id?: string | undefined;
  readonly ci_job?: string | undefined;
  readonly digest?: string | undefined;
}

/** Schema of EvidenceMessage. */
export const EvidenceMessage: z.ZodType<EvidenceMessage> = z.object({
  run_id: text,
  ci_job: text,
  digest: text,
});

/** Returns the evidence of a message. @throws INVALID_ID */
export function fromEvidenceMessage(message: EvidenceMessage = {}): EvidenceDraft {
  const { run_id, ci_job, digest } = message;
  return {
    ...(run_id === undefined ? {} : { runId: parseRunId(run_id) }),
    ...(ci_job === undefined ? {} : { ciJob: ci_job }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Returns evidence in the form that a client sends. */
export function toEvidenceMessage({ runId, ciJob, digest }: EvidenceDraft): EvidenceMessage {
  return { run_id: runId, ci_job: ciJob, digest };
}
