import type { ErrorCode, TidemarkError } from '@tidemark/core';
import { z } from 'zod';

/**
 * Codes without a matching code in MLflow. A Tidemark server sends them to Tidemark's client in addition to
 * MLflow's code, with their details.
 */
const errorFieldCode = z.enum([
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
export interface ErrorField {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
}

const errorField: z.ZodType<ErrorField> = z.object({
  code: errorFieldCode,
  details: z.record(z.string(), z.unknown()),
});

const answer: z.ZodType<{ tidemark: ErrorField }> = z.object({ tidemark: errorField });

/** Returns the field `tidemark` for an error, or `undefined` if MLflow's code is enough. */
export function errorFieldOf({ code, details }: TidemarkError): ErrorField | undefined {
  return errorField.safeParse({ code, details }).data;
}

/** Returns the error in the field `tidemark` of a response, or `undefined` in responses of other servers. */
export function readErrorField(json: unknown): ErrorField | undefined {
  return answer.safeParse(json).data?.tidemark;
}
