const ADJECTIVES =
  'amber brisk calm clear deep early fair fresh gentle golden grand keen late light long low misty mild north pale quick quiet rising rough salty shallow silver slow spring steady still strong swift warm west wide'.split(
    ' ',
  );
const NOUNS =
  'anchor bay beacon breaker buoy cape channel cove current delta dune eddy estuary fjord gull harbor heron inlet island jetty keel lagoon marsh pier pilot reef sail sandbar shoal shore sound spray strait surf swell tide wave wharf'.split(
    ' ',
  );

/** Returns a random name for a run: an adjective, a noun and a number, such as `calm-reef-204`. */
export function randomRunName(): string {
  // Not Math.random, because a training may have seeded it, and recording must not change the training.
  const [first, second, third] = crypto.getRandomValues(new Uint32Array(3)) as unknown as Draws;
  return `${pick(ADJECTIVES, first)}-${pick(NOUNS, second)}-${100 + (third % 900)}`;
}

type Draws = [number, number, number];

function pick(words: readonly string[], draw: number): string {
  return words[draw % words.length] as string;
}
