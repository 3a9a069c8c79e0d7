import type { TagEvidence } from '@tidemark/core';
import { shown, shownTime } from '../shown.ts';

/** Who set a tag, when, from which run or job, and for which files, in one line. */
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
