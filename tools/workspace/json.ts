/** A JSON object with unknown values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses the text of a JSON object. @throws Error naming `origin` when it is not one */
export function parseJsonObject(text: string, origin: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error(`${origin} does not hold a JSON object.`);
  return value;
}

/** Whether `value` is a JSON object (not an array, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string entries of an object such as `dependencies`; empty when `value` is not an object. */
export function stringEntries(value: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
