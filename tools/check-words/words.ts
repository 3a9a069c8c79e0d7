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

/** The number of allowed occurrences of each phrase, from when the baseline was last lowered. */
export type Baseline = Readonly<Record<string, number>>;

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

/** Parses `baseline.json`. @throws Error with the phrase whose count is not a whole number above 0 */
export function parseBaseline(json: unknown): Baseline {
  if (!isJsonObject(json)) throw new Error('baseline.json is not an object of counts.');
  const counts: Record<string, number> = {};
  for (const [phrase, count] of Object.entries(json)) {
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1) {
      throw new Error(`The count of "${phrase}" in baseline.json is not a whole number above 0.`);
    }
    counts[phrase] = count;
  }
  return counts;
}

function isPhrase(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9]+(?:[ -][a-z0-9]+)*$/.test(value);
}
