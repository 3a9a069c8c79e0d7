import { LIMITS } from '@tidemark/core';
import { fromKeyValueMessages, type KeyValueMessage } from '@tidemark/mlflow';
import { invalidParameter } from '../wire/wire-error.ts';

/**
 * Returns the tags of a request. Values that are too long are cut, as in MLflow, because autologging writes such
 * values and does not expect an error.
 */
export function readTags(messages: readonly KeyValueMessage[]): Record<string, string> {
  return fromKeyValueMessages(messages.map((message) => cut(message, LIMITS.tagValueLength)));
}

/** Returns the params of a request, cut like tags. @throws WireError when a key occurs twice */
export function readParams(messages: readonly KeyValueMessage[]): Record<string, string> {
  const params = new Map<string, string>();
  const duplicates = new Set<string>();
  for (const message of messages) {
    const { key, value } = cut(message, LIMITS.paramValueLength);
    if (params.has(key)) duplicates.add(key);
    params.set(key, value);
  }
  if (duplicates.size === 0) return Object.fromEntries(params);
  const names = [...duplicates].map((key) => `'${key}'`).join(', ');
  throw invalidParameter(
    `Duplicate parameter keys have been submitted: [${names}]. Please ensure the request contains only one param value per param key.`,
  );
}

function cut(message: KeyValueMessage, limit: number): KeyValueMessage {
  return message.value.length <= limit
    ? message
    : { key: message.key, value: message.value.slice(0, limit).toWellFormed() };
}
