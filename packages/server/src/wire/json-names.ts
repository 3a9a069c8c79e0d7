import { invalidParameter } from './wire-error.ts';

/** `experimentId`: what protobuf calls the JSON name of `experiment_id`. */
const JSON_NAME = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/;
/** Longer than the name of any field; a key of megabytes would overflow the stack of the search. */
const LONGEST_NAME = 100;

/**
 * Gives each field of a message that has its JSON name also its name in the schema, messages within it
 * too: protobuf's JSON form has both, and MLflow's server reads both
 * (https://protobuf.dev/programming-guides/json/#field-representation). It changes `message`, which is
 * fresh from the parser.
 * @throws WireError for a field that is there under both names, in MLflow's words
 */
export function acceptJsonNames(message: object): void {
  // Not recursive: a body may be nested more deeply than the stack.
  const open: object[] = [message];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const fields = value as Record<string, unknown>;
    for (const [key, item] of Object.entries(fields)) {
      if (typeof item === 'object' && item !== null) open.push(item);
      if (key.length > LONGEST_NAME || !JSON_NAME.test(key)) continue;
      const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      if (Object.hasOwn(fields, name)) {
        throw invalidParameter(
          `Request specifies both '${name}' and '${key}'; provide only one of them.`,
        );
      }
      fields[name] = item;
    }
  }
}
