import type { TagEvidence } from '@tidemark/core';
import { shown, shownTime } from '../shown.ts';

/** The evidence of a tag in one line: who set it, when, from which run or job, and for which files. */
export function tagEvidence({ by, atMs, runId, ciJob, digest }: TagEvidence): string {
  const who = `${shown(by.name)}${by.authenticated ? '' : ' (claimed)'}`;
  return [
    `by ${who} at ${shownTime(atMs)}`,
    runId === undefined ? undefined : `from run ${runId}`,
    ciJob === undefined ? undefined : `from job ${shown(ciJob)}`,
    digest === undefined ? 'for no digest' : `for ${shown(digest)}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}
