import type { RegistryChange } from '../chain/registry-change.ts';
import { isSameTarget } from '../chain/transition-rule.ts';
import { TidemarkError } from '../errors.ts';
import type {
  ModelStage,
  ModelVersion,
  RegisteredModel,
  TransitionTarget,
} from '../model/registered-model.ts';
import { getVersion } from './find-version.ts';

/** The request that a transition grants, and its comment. */
export interface TransitionCause {
  readonly request?: string;
  readonly comment?: string;
}

/**
 * Plans the changes that bring a version into a stage: first the versions that it replaces leave the stage, at last
 * the open requests for the same target are closed. Returns no changes if the version has the stage and replaces no
 * other. @throws MODEL_VERSION_NOT_FOUND; INVALID_ARGUMENT for archiving with another stage than Staging and
 * Production
 */
export function planStage(
  model: RegisteredModel,
  to: { version: number; stage: ModelStage; archiveExistingVersions?: boolean },
  cause: TransitionCause = {},
): RegistryChange[] {
  const { version: number, stage, archiveExistingVersions = false } = to;
  const version = getVersion(model, number);
  if (archiveExistingVersions) assertCanArchive(stage);
  const isThere = version.stage === stage;
  const others = archiveExistingVersions
    ? model.versions.filter((other) => other.stage === stage && other.version !== number)
    : [];
  const leaving = others.map(
    (other): RegistryChange => ({
      kind: 'stage-set',
      version: other.version,
      from: stage,
      to: 'Archived',
      cause: isThere ? 'direct' : 'archived',
    }),
  );
  const coming: RegistryChange[] = isThere
    ? []
    : [
        {
          kind: 'stage-set',
          version: number,
          from: version.stage,
          to: stage,
          cause: cause.request === undefined ? 'direct' : 'request',
          ...cause,
        },
      ];
  return [...leaving, ...coming, ...closed(version, { kind: 'stage', stage }, cause.request)];
}

/** Plans the changes that set an alias to a version. @throws MODEL_VERSION_NOT_FOUND */
export function planAlias(
  model: RegisteredModel,
  to: { version: number; alias: string },
  cause: TransitionCause = {},
): RegistryChange[] {
  const { version: number, alias } = to;
  const version = getVersion(model, number);
  return [
    { kind: 'alias-set', alias, version: number, ...cause },
    ...closed(version, { kind: 'alias', alias }, cause.request),
  ];
}

/**
 * Checks MLflow's rule that only a transition to Staging or Production can archive other versions. @throws
 * INVALID_ARGUMENT
 */
export function assertCanArchive(stage: ModelStage): void {
  if (stage === 'Staging' || stage === 'Production') return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `Existing versions can be archived when a version goes to Staging or Production, not to ${stage}. Leave archiveExistingVersions out.`,
    { details: { stage } },
  );
}

/**
 * Returns the changes that close the open requests for the transition: the granted one, and those that are
 * superseded.
 */
function closed(
  version: ModelVersion,
  target: TransitionTarget,
  granted: string | undefined,
): RegistryChange[] {
  return version.requests
    .filter((request) => request.closed === undefined && isSameTarget(request.target, target))
    .map(({ requestId }) => ({
      kind: 'request-closed',
      request: requestId,
      outcome: requestId === granted ? 'approved' : 'superseded',
    }));
}
