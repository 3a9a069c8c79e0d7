import { invalidParameter } from './wire-error.ts';

/** Matches `experimentId`, which protobuf calls the JSON name of `experiment_id`. */
const JSON_NAME = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/;
/** More characters than the name of any field. A key of megabytes would overflow the stack of the search. */
const LONGEST_NAME = 100;

/**
 * Adds to each field that has its JSON name also its name in the schema, in nested messages too. Protobuf's JSON
 * form has both, and MLflow's server reads both
 * (https://protobuf.dev/programming-guides/json/#field-representation). It changes `message`, which comes directly
 * from the parser.
 * @throws WireError for a field that has both names, in MLflow's words
 */
export function acceptJsonNames(message: object): void {
  // Not recursive, because a body may be nested more deeply than the stack.
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
