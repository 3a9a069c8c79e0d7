import { TidemarkError } from '../errors.ts';
import { type LoggedModelId, parseLoggedModelId, parseRunId, type RunId } from '../model/ids.ts';
import { assertString } from '../model/plain-input.ts';
import type { ModelStage } from '../model/registered-model.ts';
import { MODEL_STAGES } from './model-stage.ts';

/** A parsed model address. */
export type ModelAddress =
  /** `models:/name/3` */
  | { readonly kind: 'version'; readonly name: string; readonly version: number }
  /** `models:/name/Production`, in capitals or not: the newest version of the stage. */
  | { readonly kind: 'stage'; readonly name: string; readonly stage: ModelStage }
  /** `models:/name/latest`: the newest version in any stage. */
  | { readonly kind: 'latest'; readonly name: string }
  /** `models:/name@champion` */
  | { readonly kind: 'alias'; readonly name: string; readonly alias: string }
  /** `models:/m-…` */
  | { readonly kind: 'logged-model'; readonly modelId: LoggedModelId }
  /** `runs:/<run id>/<model name>` */
  | { readonly kind: 'run-model'; readonly runId: RunId; readonly name: string };

/** The address of a version of a registered model. */
export type VersionAddress = Extract<
  ModelAddress,
  { kind: 'version' | 'stage' | 'latest' | 'alias' }
>;

/** Parses a source that names a version of a registered model. Returns `undefined` for every other source. */
export function versionAddress(source: string): VersionAddress | undefined {
  assertString(source, 'The source of a version');
  const path = /^models:\/+(.+)$/.exec(source)?.[1];
  if (path === undefined || !/[/@]/.test(path)) return undefined;
  const address = parseRegistryPath(path);
  return address?.kind === 'logged-model' ? undefined : address;
}

/**
 * Parses a model address in one of MLflow's forms.
 *
 * @example
 * ```ts
 * import { parseModelAddress } from '@tidemark/core';
 *
 * parseModelAddress('models:/iris@champion'); // { kind: 'alias', name: 'iris', alias: 'champion' }
 * ```
 *
 * @throws MODEL_URI_INVALID
 */
export function parseModelAddress(uri: string): ModelAddress {
  assertString(uri, 'The address of a model');
  const [scheme, rest] = split(uri, ':/');
  if (rest !== undefined && rest !== '' && !rest.startsWith('/')) {
    if (scheme === 'runs') {
      const [runId, name] = split(rest, '/');
      if (name !== undefined && name !== '') {
        return { kind: 'run-model', runId: parseRunId(runId), name };
      }
    }
    if (scheme === 'models') {
      const address = parseRegistryPath(rest);
      if (address !== undefined) return address;
    }
  }
  throw new TidemarkError(
    'MODEL_URI_INVALID',
    `${JSON.stringify(uri)} is not the address of a model. Use models:/name/3, models:/name@alias, models:/name/latest, models:/name/<stage>, models:/m-<id> or runs:/<run id>/<model name>.`,
    { details: { uri } },
  );
}

function parseRegistryPath(path: string): Exclude<ModelAddress, { kind: 'run-model' }> | undefined {
  const [name, version] = split(path, '/');
  if (version !== undefined) {
    if (version.toLowerCase() === 'latest') return { kind: 'latest', name };
    if (/^[1-9]\d{0,14}$/.test(version)) return { kind: 'version', name, version: Number(version) };
    const stage = MODEL_STAGES.find((each) => each.toLowerCase() === version.toLowerCase());
    return stage && { kind: 'stage', name, stage };
  }
  const at = path.lastIndexOf('@');
  if (at > 0) return { kind: 'alias', name: path.slice(0, at), alias: path.slice(at + 1) };
  return path.startsWith('m-')
    ? { kind: 'logged-model', modelId: parseLoggedModelId(path) }
    : undefined;
}

function split(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
