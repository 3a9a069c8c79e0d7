import type { ErrorCode, TidemarkError } from '@tidemark/core';
import { z } from 'zod';

/**
 * Codes without a matching code in MLflow. A Tidemark server sends them to Tidemark's client in addition to MLflow's
 * code, with their details.
 */
const toldCode = z.enum([
  'INVALID_KEY',
  'PURGED',
  'TRANSITION_REFUSED',
  'TRANSITION_REQUEST_NOT_FOUND',
  'TRANSITION_REQUEST_CLOSED',
  'COMMENT_NOT_FOUND',
  'COMMENT_NOT_YOURS',
  'HISTORY_UNAVAILABLE',
] as const satisfies readonly ErrorCode[]);

/** An error in the field `tidemark` of a response. */
export interface ToldError {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
}

const toldError: z.ZodType<ToldError> = z.object({
  code: toldCode,
  details: z.record(z.string(), z.unknown()),
});

const answer: z.ZodType<{ tidemark: ToldError }> = z.object({ tidemark: toldError });

/** The field `tidemark` for an error; `undefined` if MLflow's code is enough. */
export function toldErrorOf({ code, details }: TidemarkError): ToldError | undefined {
  return toldError.safeParse({ code, details }).data;
}

/** The error in the field `tidemark` of a response; `undefined` in responses of other servers. */
export function readToldError(json: unknown): ToldError | undefined {
  return answer.safeParse(json).data?.tidemark;
}
