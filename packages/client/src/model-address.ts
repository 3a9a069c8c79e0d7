import {
  type LoggedModelId,
  MODEL_STAGES,
  type ModelStage,
  parseLoggedModelId,
  parseRunId,
  type RunId,
  TidemarkError,
} from '@tidemark/core';

/** What a model address names. */
export type ModelAddress =
  /** `models:/name/3` */
  | { readonly kind: 'version'; readonly name: string; readonly version: number }
  /** `models:/name/Production`, in capitals or not: the newest version of the stage. */
  | { readonly kind: 'stage'; readonly name: string; readonly stage: ModelStage }
  /** `models:/name/latest`, whatever its stage. */
  | { readonly kind: 'latest'; readonly name: string }
  /** `models:/name@champion` */
  | { readonly kind: 'alias'; readonly name: string; readonly alias: string }
  /** `models:/m-…` */
  | { readonly kind: 'logged-model'; readonly modelId: LoggedModelId }
  /** `runs:/<run id>/<model name>` */
  | { readonly kind: 'run-model'; readonly runId: RunId; readonly name: string };

/** Reads a model address, in MLflow's forms. @throws MODEL_URI_INVALID */
export function parseModelAddress(uri: string): ModelAddress {
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

function parseRegistryPath(path: string): ModelAddress | undefined {
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
