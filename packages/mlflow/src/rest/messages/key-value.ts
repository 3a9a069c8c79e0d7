import { z } from 'zod';
import { listToWire, requiredText, textOrEmpty } from './wire-fields.ts';

/** MLflow's form of a param and of every tag: `{key, value}`. */
export interface KeyValueMessage {
  readonly key: string;
  readonly value: string;
}

/** Schema of KeyValueMessage; an absent value is empty. */
export const KeyValueMessage: z.ZodType<KeyValueMessage> = z.object({
  key: requiredText,
  value: textOrEmpty,
});

/** Params or tags as a list, in the order of the record; `undefined` for an empty record. */
export function toKeyValueMessages(
  values: Readonly<Record<string, string>>,
): readonly KeyValueMessage[] | undefined {
  return listToWire(Object.entries(values).map(([key, value]) => ({ key, value })));
}

/** The record of a list of params or tags. Of equal keys the last wins. */
export function fromKeyValueMessages(messages: readonly KeyValueMessage[]): Record<string, string> {
  // fromEntries defines own properties, so that the legal key __proto__ survives.
  return Object.fromEntries(messages.map(({ key, value }) => [key, value]));
}
