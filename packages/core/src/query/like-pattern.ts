/** Characters by place: an array, or in a test an object that counts its reads. */
type Characters = ArrayLike<string>;

/**
 * Returns a test for SQL's LIKE: `%` matches any characters, `_` matches one. It does not use a regular expression,
 * which takes unbounded time for a pattern such as `%a%a%a%a%b`.
 */
export function likePattern(pattern: string, caseSensitive: boolean): (text: string) => boolean {
  const folded = (text: string): string[] => [...(caseSensitive ? text : text.toLowerCase())];
  const matches = likeMatcher(folded(pattern));
  return (text) => matches(folded(text));
}

/**
 * `likePattern` for characters, each of which is read at most a few times. The time grows only with the length of the
 * text, and not with the pattern, which is read once. The exception are parts with `_` after a `%`: there each
 * character takes one step for every 32 characters of the part.
 */
export function likeMatcher(pattern: readonly string[]): (text: Characters) => boolean {
  const [first = [], ...rest] = partsOf(pattern);
  const last = rest.pop();
  if (last === undefined) {
    return (text) => text.length === first.length && isAt(text, 0, first);
  }
  const finders = rest.filter((part) => part.length > 0).map(finderOf);
  return (text) => {
    const end = text.length - last.length;
    if (first.length > end || !isAt(text, 0, first) || !isAt(text, end, last)) return false;
    let at = first.length;
    // Each part is matched at its first place, which leaves the most room for the parts after it.
    for (const find of finders) {
      const found = find(text, at, end);
      if (found === -1) return false;
      at = found;
    }
    return true;
  };
}

/** Returns the parts between the `%`. */
function partsOf(pattern: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const character of pattern) {
    if (character === '%') parts.push([]);
    else parts.at(-1)?.push(character);
  }
  return parts;
}

/** The bits of one number. */
const BITS = 32;

/** Finds a part between two places of a text. Returns the place after it, or -1. */
type Finder = (text: Characters, from: number, end: number) => number;

function finderOf(part: readonly string[]): Finder {
  return part.includes('_') ? wildFinder(part) : knuthMorrisPratt(part);
}

/**
 * Returns a finder for a part with `_`, for which Knuth-Morris-Pratt does not work. It is the bit-parallel method
 * (Shift-And): the prefixes of the part that match at a place are bits of numbers, and one step advances 32 of them.
 * For each character it keeps the places in the part, as bits if that is shorter.
 */
function wildFinder(part: readonly string[]): Finder {
  const words = Math.ceil(part.length / BITS);
  const places = placesOf(part);
  const wild = bitsAt(words, places.get('_') ?? []);
  const masks = new Map([['_', wild]]);
  for (const [character, of] of places) {
    if (of.length > words) masks.set(character, bitsAt(words, of, wild));
  }
  const lastBit = 1 << ((part.length - 1) % BITS);
  return (text, from, end) => {
    const fitting = new Uint32Array(words);
    const longer = new Uint32Array(words);
    for (let at = from; at < end; at += 1) {
      const character = text[at] as string;
      const mask = masks.get(character);
      let carried = 1;
      for (let word = 0; word < words; word += 1) {
        const before = fitting[word] as number;
        longer[word] = (before << 1) | carried;
        carried = before >>> (BITS - 1);
        fitting[word] = (longer[word] as number) & ((mask ?? wild)[word] as number);
      }
      if (mask === undefined) {
        for (const place of places.get(character) ?? []) {
          const word = Math.floor(place / BITS);
          const bit = (longer[word] as number) & (1 << (place % BITS));
          fitting[word] = (fitting[word] as number) | bit;
        }
      }
      if (((fitting[words - 1] as number) & lastBit) !== 0) return at + 1;
    }
    return -1;
  };
}

/** Returns the places of each character. */
function placesOf(part: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [place, character] of part.entries()) {
    const known = places.get(character);
    if (known === undefined) places.set(character, [place]);
    else known.push(place);
  }
  return places;
}

function bitsAt(words: number, places: readonly number[], others?: Uint32Array): Uint32Array {
  const bits = others === undefined ? new Uint32Array(words) : Uint32Array.from(others);
  for (const place of places) {
    const word = Math.floor(place / BITS);
    bits[word] = (bits[word] as number) | (1 << (place % BITS));
  }
  return bits;
}

/**
 * Returns a finder that never goes back in the text: when a character does not match, it moves the part to the next
 * place where the part can match.
 */
function knuthMorrisPratt(part: readonly string[]): Finder {
  const borders = new Uint32Array(part.length);
  for (let at = 1, border = 0; at < part.length; at += 1) {
    while (border > 0 && part[at] !== part[border]) border = borders[border - 1] as number;
    if (part[at] === part[border]) border += 1;
    borders[at] = border;
  }
  return (text, from, end) => {
    let fitting = 0;
    for (let at = from; at < end; at += 1) {
      const character = text[at];
      while (fitting > 0 && character !== part[fitting]) fitting = borders[fitting - 1] as number;
      if (character === part[fitting]) fitting += 1;
      if (fitting === part.length) return at + 1;
    }
    return -1;
  };
}

function isAt(text: Characters, from: number, part: readonly string[]): boolean {
  return part.every((wanted, place) => wanted === '_' || wanted === text[from + place]);
}
