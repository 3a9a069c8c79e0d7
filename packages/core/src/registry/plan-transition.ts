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

/** The request that a transition grants, and what is said with it. */
export interface TransitionCause {
  readonly request?: string;
  readonly comment?: string;
}

/**
 * What brings a version into a stage: those it takes the place of leave first, the open requests for
 * the same are closed. Nothing when it is there and nobody has to leave.
 * @throws MODEL_VERSION_NOT_FOUND; INVALID_ARGUMENT for archiving with another stage than Staging and
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

/** What points an alias at a version. @throws MODEL_VERSION_NOT_FOUND */
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

/** MLflow: only a version that goes to Staging or Production can take others' place. @throws INVALID_ARGUMENT */
export function assertCanArchive(stage: ModelStage): void {
  if (stage === 'Staging' || stage === 'Production') return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `Existing versions can be archived when a version goes to Staging or Production, not to ${stage}. Leave archiveExistingVersions out.`,
    { details: { stage } },
  );
}

/** The open requests for what has happened: the granted one, and those that it makes needless. */
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
