import { isJsonObject } from '../workspace/json.ts';

/** A phrase that the project does not use, and what to write instead. */
export interface AvoidedWord {
  /** Words separated by single spaces or hyphens, in lower case. */
  readonly avoid: string;
  /** The advice that is printed: what to write instead. */
  readonly say: string;
  /** Longer phrases that contain it and are plain English. */
  readonly unless: readonly string[];
}

/** Parses `words.json`. @throws Error with the number of the invalid entry */
export function parseWords(json: unknown): AvoidedWord[] {
  if (!Array.isArray(json)) throw new Error('words.json is not a list of words.');
  return json.map((entry: unknown, index) => {
    if (!isJsonObject(entry) || !isPhrase(entry.avoid) || typeof entry.say !== 'string') {
      throw new Error(
        `Entry ${index} of words.json has no "avoid" in lower case, or no "say": give it both.`,
      );
    }
    const unless = entry.unless ?? [];
    if (!Array.isArray(unless) || !unless.every(isPhrase)) {
      throw new Error(`"unless" of "${entry.avoid}" is not a list of phrases in lower case.`);
    }
    return { avoid: entry.avoid, say: entry.say, unless };
  });
}

function isPhrase(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9]+(?:[ -][a-z0-9]+)*$/.test(value);
}
