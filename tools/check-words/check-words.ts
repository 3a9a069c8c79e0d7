import type { AvoidedWord } from './words.ts';

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

/** Returns one line for each phrase that occurs, with its places and what to write instead. */
export function checkWords(
  words: readonly AvoidedWord[],
  occurrences: readonly Occurrence[],
): string[] {
  return words.flatMap(({ avoid, say }) => {
    const places = occurrences.filter(({ phrase }) => phrase === avoid);
    if (places.length === 0) return [];
    return [
      `Instead of "${avoid}" write ${say}: ${places.map(({ path, line }) => `${path}:${line}`).join(' ')}`,
    ];
  });
}

/** Of phrases that begin at the same place, the first matches, so that a longer one hides a shorter. */
function phrasePattern(phrases: readonly string[]): RegExp {
  const alternatives = phrases.map((phrase) => phrase.replaceAll(' ', '\\s+'));
  return new RegExp(`\\b(?:${alternatives.join('|')})\\b`, 'gi');
}
