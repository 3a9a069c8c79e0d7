import {
  isTidemarkError,
  type LoggedModelId,
  parseLoggedModelId,
  parseRunId,
  type RunId,
  TidemarkError,
} from '@tidemark/core';

/** The parsed `source` of a model version. */
export type ModelSource =
  /** `runs:/<run_id>/<path>`: files of a run. */
  | { readonly kind: 'run'; readonly runId: RunId; readonly path: string }
  /** `models:/m-…`: a logged model. */
  | { readonly kind: 'logged-model'; readonly modelId: LoggedModelId }
  /** `models:/<name>/<version>` or `models:/<name>@<alias>`: another version. */
  | { readonly kind: 'version'; readonly uri: string }
  /** Artifacts of this or another tracking server, with the path below its artifact root. */
  | { readonly kind: 'proxied'; readonly path: string }
  /** A folder of this machine, inside the artifact folder of the named run or model. */
  | { readonly kind: 'local'; readonly path: string }
  /** An object store or a web address, which this server never reads. */
  | { readonly kind: 'remote'; readonly uri: string };

/** Other fields of the request for the version. */
export interface ModelSourceContext {
  /** `run_id` of the request. A `runs:` source must name this run. */
  readonly runId?: string;
  /** `model_id` of the request. A `models:/m-…` source must name this model. */
  readonly modelId?: string;
  /** The artifact location of that run or model. A local source must be inside it. */
  readonly artifactUri?: string;
}

const NOT_IN_RUN =
  'To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.';

/** The most rounds of percent-encoding. No real path has as many. */
const DECODING_ROUNDS = 5;
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const UNSAFE = /[\u0000-\u001f\u007f\\]/;
/** Schemes that are code or content themselves. A page that shows the source may turn it into a link. */
const SCRIPT_SCHEMES = new Set(['javascript', 'vbscript', 'data', 'blob', 'about', 'view-source']);
const PROXY_PATH = /\/(?:ajax-)?api\/2\.0\/mlflow-artifacts\/artifacts\/(.*)$/;

/**
 * Checks the source of a new model version before it is stored. It refuses a path that leaves its folder in any
 * encoding, a file of this machine outside the named run or model (MLflow served such files to anyone:
 * CVE-2023-1177, CVE-2023-6909 and similar), and another run or model than the named one. It does not check that
 * the caller may read the source.
 * @throws MODEL_SOURCE_UNSAFE in MLflow's words (server/handlers.py, `_validate_source_run`)
 */
export function assertSafeModelSource(
  source: string,
  context: ModelSourceContext = {},
): ModelSource {
  const decoded = fullyDecoded(source);
  if (decoded !== undefined && !SCHEME.test(decoded) && !UNSAFE.test(decoded)) {
    // A source without a scheme is a path of this machine, with or without `..`.
    if (leavesItsFolder(decoded)) throw unsafe(source, NOT_IN_RUN);
  }
  if (decoded === undefined || UNSAFE.test(decoded) || leavesItsFolder(decoded)) {
    throw unsafe(
      source,
      'If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.',
    );
  }
  const scheme = SCHEME.exec(decoded)?.[1]?.toLowerCase();
  const rest = scheme === undefined ? decoded : decoded.slice(scheme.length + 1);
  if (scheme === undefined || scheme === 'file') return localSource(source, rest, context);
  if (scheme === 'runs') return runSource(source, rest, context);
  if (scheme === 'models') return modelSource(source, rest, context);
  if (SCRIPT_SCHEMES.has(scheme))
    throw unsafe(
      source,
      `The scheme ${scheme}: does not name files. Give a run, a model, or the address of a file store.`,
    );
  const proxied =
    scheme === 'mlflow-artifacts' ? rest : /^https?$/.test(scheme) ? webPath(rest) : undefined;
  if (proxied === undefined) return { kind: 'remote', uri: source };
  return { kind: 'proxied', path: withoutAuthority(proxied).replace(/^\/+/, '') };
}

function runSource(source: string, rest: string, { runId }: ModelSourceContext): ModelSource {
  const [, id = '', path = ''] = /^\/*([^/]+)(?:\/(.*))?$/.exec(rest) ?? [];
  const found = orUndefined(() => parseRunId(id));
  if (found === undefined || rest.startsWith('//') || (runId !== undefined && runId !== found)) {
    throw unsafe(source, notIdentified('run_id'));
  }
  return { kind: 'run', runId: found, path };
}

function modelSource(source: string, rest: string, { modelId }: ModelSourceContext): ModelSource {
  const [, name = ''] = /^\/*([^/]+)/.exec(rest) ?? [];
  if (rest.startsWith('//') || name === '') throw unsafe(source, 'Give a model after models:/.');
  // A logged model is only an id. A registered model has a version or an alias after its name.
  if (/[/@]/.test(rest.replace(/^\/+/, ''))) return { kind: 'version', uri: source };
  const found = orUndefined(() => parseLoggedModelId(name));
  if (found === undefined || (modelId !== undefined && modelId !== found)) {
    throw unsafe(source, notIdentified('model_id'));
  }
  return { kind: 'logged-model', modelId: found };
}

function localSource(source: string, rest: string, context: ModelSourceContext): ModelSource {
  const path = localPath(rest);
  const root = context.artifactUri === undefined ? undefined : localRoot(context.artifactUri);
  if (path !== undefined && root !== undefined && (path === root || path.startsWith(`${root}/`))) {
    return { kind: 'local', path };
  }
  throw unsafe(source, NOT_IN_RUN);
}

/** Returns the artifact folder if it is on this machine. */
function localRoot(uri: string): string | undefined {
  const decoded = fullyDecoded(uri);
  const scheme = decoded === undefined ? undefined : SCHEME.exec(decoded)?.[1]?.toLowerCase();
  if (decoded === undefined || (scheme !== undefined && scheme !== 'file')) return undefined;
  const root = localPath(scheme === undefined ? decoded : decoded.slice('file:'.length));
  return root === undefined || root === '' ? undefined : root;
}

/**
 * Returns `/a/b` for `/a/b/`, `///a/b` and `//localhost/a/b`. Another host, a query or a relative path is refused.
 */
function localPath(rest: string): string | undefined {
  const path = rest.replace(/^\/\/localhost(?=\/)/, '').replace(/^\/\/(?=\/)/, '');
  if (!path.startsWith('/') || path.startsWith('//') || /[?#]/.test(path)) return undefined;
  return path.replace(/\/+/g, '/').replace(/\/$/, '');
}

function webPath(rest: string): string | undefined {
  return PROXY_PATH.exec(rest.split(/[?#]/, 1)[0] ?? '')?.[1];
}

/** Removes the authority: `mlflow-artifacts://host:port/a` and `mlflow-artifacts:/a` are the same location. */
function withoutAuthority(path: string): string {
  return path.replace(/^\/\/[^/]*/, '');
}

/** Removes every level of percent-encoding. Returns `undefined` for too many levels. */
function fullyDecoded(text: string): string | undefined {
  let current = text;
  for (let round = 0; round <= DECODING_ROUNDS; round += 1) {
    const decoded = orUndefined(() => decodeURIComponent(current)) ?? decodedInPart(current);
    if (decoded === current) return current;
    current = decoded;
  }
  return undefined;
}

/** Decodes what is valid. A lone `%` is a character of a name, and must not hide a `%2e` next to it. */
function decodedInPart(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function leavesItsFolder(path: string): boolean {
  return path.split(/[/:?#]/).some((name) => name === '..' || name === '.');
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof URIError || isTidemarkError(error, 'INVALID_ID')) return undefined;
    throw error;
  }
}

/** Returns MLflow's text (server/handlers.py, `_raise_invalid_model_version_source`). */
export function notIdentified(parameter: 'run_id' | 'model_id'): string {
  return `The ${parameter} request parameter must identify the resource that contains the source.`;
}

function unsafe(source: string, why: string): TidemarkError {
  return new TidemarkError(
    'MODEL_SOURCE_UNSAFE',
    `Invalid model version source: '${source}'. ${why}`,
    { details: { source } },
  );
}
