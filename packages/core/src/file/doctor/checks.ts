import type { Check } from './check.ts';
import { artifacts } from './checks/artifacts.ts';
import { derivedFiles } from './checks/derived-files.ts';
import { expectedHeads } from './checks/expected-heads.ts';
import { experimentNames } from './checks/experiment-names.ts';
import { futureStamps } from './checks/future-stamps.ts';
import { logHeaders } from './checks/log-headers.ts';
import { logLines } from './checks/log-lines.ts';
import { lostRuns } from './checks/lost-runs.ts';
import { openLogs } from './checks/open-logs.ts';
import { paramConflicts } from './checks/param-conflicts.ts';
import { partialFiles } from './checks/partial-files.ts';
import { purgedRemains } from './checks/purged-remains.ts';
import { registryChains } from './checks/registry-chains.ts';
import { supersededLogFiles } from './checks/superseded-logs.ts';
import { unfinishedRenames } from './checks/unfinished-renames.ts';
import { unpinnedVersions } from './checks/unpinned-versions.ts';
import { unrecordedArtifacts } from './checks/unrecorded-artifacts.ts';
import { versionDigests } from './checks/version-digests.ts';

/** Every check, in the order of the report. */
export const CHECKS: readonly Check[] = [
  logHeaders,
  logLines,
  futureStamps,
  openLogs,
  lostRuns,
  registryChains,
  unfinishedRenames,
  expectedHeads,
  versionDigests,
  unpinnedVersions,
  artifacts,
  unrecordedArtifacts,
  experimentNames,
  paramConflicts,
  purgedRemains,
  supersededLogFiles,
  partialFiles,
  derivedFiles,
];
