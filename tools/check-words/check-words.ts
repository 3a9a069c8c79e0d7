import type { AvoidedWord, Baseline } from './words.ts';

/** A text that people read, by its path. */
export interface Prose {
  readonly path: string;
  /** The result of `proseOf`, of the same length as the file. */
  readonly text: string;
}

/** One place with a phrase that the project avoids. */
export interface Occurrence {
  readonly phrase: string;
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

/** The result of the check. */
export interface WordsReport {
  /** One line for each phrase that occurs more often than its baseline allows, with its places. */
  readonly problems: readonly string[];
  /** The phrases that occur less often than the baseline allows, so that it can be lowered. */
  readonly fallen: readonly string[];
  /** The baseline, lowered to the current counts. It never rises. */
  readonly lowered: Baseline;
}

/** Finds every occurrence of the phrases, by path and line. Ignores case and line ends. */
export function findWords(words: readonly AvoidedWord[], proses: readonly Prose[]): Occurrence[] {
  const searches = words.map(({ avoid, unless }) => ({
    phrase: avoid,
    pattern: phrasePattern([...unless, avoid]),
  }));
  return proses.flatMap(({ path, text }) =>
    searches.flatMap(({ phrase, pattern }) =>
      [...text.matchAll(pattern)]
        .filter(([found]) => found.toLowerCase().replace(/\s+/g, ' ') === phrase)
        .map(({ index }) => ({ phrase, path, line: text.slice(0, index).split('\n').length })),
    ),
  );
}

/** Compares the occurrences with the baseline. A phrase without a count may not occur at all. */
export function checkWords(
  words: readonly AvoidedWord[],
  baseline: Baseline,
  occurrences: readonly Occurrence[],
): WordsReport {
  const problems: string[] = [];
  const fallen: string[] = [];
  const lowered: Record<string, number> = {};
  for (const { avoid, say } of words) {
    const places = occurrences.filter(({ phrase }) => phrase === avoid);
    const allowed = baseline[avoid] ?? 0;
    const count = Math.min(places.length, allowed);
    if (count > 0) lowered[avoid] = count;
    if (places.length > allowed) {
      problems.push(
        `"${avoid}" occurs ${places.length} times, ${allowed} are allowed. Write ${say}: ${places
          .map(({ path, line }) => `${path}:${line}`)
          .join(' ')}`,
      );
    } else if (places.length < allowed) {
      fallen.push(`"${avoid}" occurs ${places.length} times, ${allowed} are allowed.`);
    }
  }
  return { problems, fallen, lowered };
}

/** Of phrases that begin at the same place, the first matches, so that a longer one hides a shorter. */
function phrasePattern(phrases: readonly string[]): RegExp {
  const alternatives = phrases.map((phrase) => phrase.replaceAll(' ', '\\s+'));
  return new RegExp(`\\b(?:${alternatives.join('|')})\\b`, 'gi');
}
