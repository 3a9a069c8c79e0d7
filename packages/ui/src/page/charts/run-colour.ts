/**
 * Eight colours that people with any form of colour blindness can tell apart, on light and on dark ground (Okabe and Ito,
 * "Color Universal Design", 2008; the black and the yellow of that palette are replaced, because they cannot be seen on one ground).
 */
const COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#8c6bb1',
  '#7f7f7f',
] as const;

/** Dashes tell more runs apart than there are colours, and help where colours do not. In pixels, on and off. */
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** Returns the colour of a run, which is the same in every view and for everyone. */
export function runColour(runId: string): string {
  return COLOURS[hashOf(runId) % COLOURS.length] ?? COLOURS[0];
}

/** Returns the dash of the line of a run. */
export function runDash(runId: string): readonly number[] {
  return DASHES[Math.floor(hashOf(runId) / COLOURS.length) % DASHES.length] ?? [];
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return hash;
}
