import { type Actor, parseRunId, type RegistryTag } from '@tidemark/core';
import { z } from 'zod';
import type { KeyValueMessage } from './key-value.ts';
import { ActorFields } from './review-fields.ts';
import { requiredText, text, textOrEmpty } from './wire-fields.ts';

/** A tag of the registry with its evidence. */
export interface TidemarkTagMessage {
  readonly key: string;
  readonly value: string;
  readonly by: Actor;
  /** Milliseconds since 1970. */
  readonly at_ms: number;
  readonly run_id?: string | undefined;
  readonly ci_job?: string | undefined;
  readonly digest?: string | undefined;
}

/** Schema of TidemarkTagMessage. */
export const TidemarkTagMessage: z.ZodType<TidemarkTagMessage> = z.object({
  key: requiredText,
  value: textOrEmpty,
  by: ActorFields,
  at_ms: z.int(),
  run_id: text,
  ci_job: text,
  digest: text,
});

/** Tags without evidence, sorted by key: they have no author, and the time `atMs`. */
export function fromTagMessages(messages: readonly KeyValueMessage[], atMs: number): RegistryTag[] {
  return messages
    .map(({ key, value }) => ({ key, value, evidence: { by: unauthenticated(undefined), atMs } }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A tag with its evidence as JSON. */
export function toTidemarkTagMessage(tag: RegistryTag): TidemarkTagMessage {
  const { by, atMs, runId, ciJob, digest } = tag.evidence;
  return {
    key: tag.key,
    value: tag.value,
    by,
    at_ms: atMs,
    ...(runId === undefined ? {} : { run_id: runId }),
    ...(ciJob === undefined ? {} : { ci_job: ciJob }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Returns the tag of a message. @throws INVALID_ID */
export function fromTidemarkTagMessage(message: TidemarkTagMessage): RegistryTag {
  return {
    key: message.key,
    value: message.value,
    evidence: {
      by: message.by,
      atMs: message.at_ms,
      ...(message.run_id === undefined ? {} : { runId: parseRunId(message.run_id) }),
      ...(message.ci_job === undefined ? {} : { ciJob: message.ci_job }),
      ...(message.digest === undefined ? {} : { digest: message.digest }),
    },
  };
}

/** The actor of a name in MLflow's messages, which is not authenticated. */
export function unauthenticated(name: string | undefined): Actor {
  return { name: name ?? '', authenticated: false };
}
