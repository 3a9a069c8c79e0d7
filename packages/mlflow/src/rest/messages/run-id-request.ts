import { isRecord } from '@tidemark/core';
import { z } from 'zod';
import type { FieldsOf } from './page.ts';
import { requiredText } from './wire-fields.ts';

/** A request with only the id of a run: get, delete, restore. */
export interface RunIdRequest {
  readonly run_id: string;
}

/** Schema of RunIdRequest; also accepts `run_uuid`. */
export const RunIdRequest: z.ZodType<RunIdRequest> = ofRun<RunIdRequest>({});

/** The schema of a request with the id of a run and `fields`. */
export function ofRun<Message extends RunIdRequest>(
  fields: FieldsOf<Omit<Message, keyof RunIdRequest>>,
): z.ZodType<Message> {
  const message: z.ZodType<unknown> = z.preprocess(
    runIdOrUuid,
    z.object({ run_id: requiredText, ...fields }),
  );
  // The message has the id of a run and the other fields, each with its schema.
  return message as z.ZodType<Message>;
}

/** MLflow accepts `run_uuid`, the older name, where `run_id` is missing. */
export function runIdOrUuid(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { run_id, run_uuid } = value;
  return (run_id ?? '') === '' && run_uuid !== undefined ? { ...value, run_id: run_uuid } : value;
}
