import { z } from 'zod';
import { isTidemarkError } from '../errors.ts';
import { type LoggedModelId, parseLoggedModelId, parseRunId, type RunId } from '../model/ids.ts';
import type {
  Actor,
  ModelStage,
  ModelVersionStatus,
  RegistryTag,
  RunStateDigest,
  TransitionOutcome,
} from '../model/registered-model.ts';

// The fields of registry changes, as a commit has them.

/** A field that may be absent. */
type Optional<Value> = z.ZodExactOptional<z.ZodType<Value>>;

const runId = z.custom<RunId>((value) => isParsed(value, parseRunId));
const modelId = z.custom<LoggedModelId>((value) => isParsed(value, parseLoggedModelId));
const string = z.string();
const optionalText: Optional<string> = string.exactOptional();

/** Any text. */
export const text: z.ZodType<string> = string;
/** The comment of a transition or a decision. */
export const comment: Optional<string> = optionalText;
/** The id of a request or a comment. */
export const id: z.ZodType<string> = string.min(1);
/** The number of a version. */
export const version: z.ZodType<number> = z.int().positive();
/** Milliseconds since 1970. */
export const time: z.ZodType<number> = z.int();
/** The author of a change. */
export const actor: z.ZodType<Actor> = z.object({ name: string, authenticated: z.boolean() });

/** A tag with its evidence. */
export const tag: z.ZodType<RegistryTag> = z.object({
  key: string,
  value: string,
  evidence: z.object({
    by: actor,
    atMs: time,
    runId: runId.exactOptional(),
    ciJob: optionalText,
    digest: optionalText,
  }),
});

/** The stage of a version. */
export const stage: z.ZodType<ModelStage> = z.enum(['None', 'Staging', 'Production', 'Archived']);

/** Whether the files of a version are complete. */
export const status: z.ZodType<ModelVersionStatus> = z.enum([
  'PENDING_REGISTRATION',
  'FAILED_REGISTRATION',
  'READY',
]);

/** The outcome of a request. */
export const outcome: z.ZodType<TransitionOutcome> = z.enum([
  'approved',
  'rejected',
  'cancelled',
  'superseded',
]);

const runState: z.ZodType<RunStateDigest> = z.object({
  sha256: string,
  through: z.record(string, z.int()),
});

/** The fields of a version, both in its creation and in a model that arrives. */
export const versionFacts: {
  readonly version: z.ZodType<number>;
  readonly source: z.ZodType<string>;
  readonly description: z.ZodType<string>;
  readonly storageLocation: Optional<string>;
  readonly runId: Optional<RunId>;
  readonly modelId: Optional<LoggedModelId>;
  readonly runLink: Optional<string>;
  readonly statusMessage: Optional<string>;
  readonly artifactsDigest: Optional<string>;
  readonly runState: Optional<RunStateDigest>;
} = {
  version,
  source: text,
  description: text,
  storageLocation: optionalText,
  runId: runId.exactOptional(),
  modelId: modelId.exactOptional(),
  runLink: optionalText,
  statusMessage: optionalText,
  artifactsDigest: optionalText,
  runState: runState.exactOptional(),
};

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
