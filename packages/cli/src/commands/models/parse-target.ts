import { parseModelStage, type TransitionTarget } from '@tidemark/core';

/** Parses `@alias`, or the name of a stage. @throws INVALID_ARGUMENT */
export function parseTarget(text: string): TransitionTarget {
  return text.startsWith('@')
    ? { kind: 'alias', alias: text.slice(1) }
    : { kind: 'stage', stage: parseModelStage(text) };
}
