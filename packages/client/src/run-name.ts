const ADJECTIVES =
  'amber brisk calm clear deep early fair fresh gentle golden grand keen late light long low misty mild north pale quick quiet rising rough salty shallow silver slow spring steady still strong swift warm west wide'.split(
    ' ',
  );
const NOUNS =
  'anchor bay beacon breaker buoy cape channel cove current delta dune eddy estuary fjord gull harbor heron inlet island jetty keel lagoon marsh pier pilot reef sail sandbar shoal shore sound spray strait surf swell tide wave wharf'.split(
    ' ',
  );

/** A name for a run that was given none: an adjective, a noun and a number, such as `calm-reef-204`. */
export function randomRunName(): string {
  const number = 100 + Math.floor(Math.random() * 900);
  return `${pick(ADJECTIVES)}-${pick(NOUNS)}-${number}`;
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] as string;
}
