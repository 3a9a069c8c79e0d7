import { openModel } from '@tidemark/client';
import {
  getRegisteredModel,
  isTidemarkError,
  type ModelSignature,
  type ModelVersion,
  type RegistryTag,
  type Schema,
  type Store,
  type TransitionRequest,
  targetText,
} from '@tidemark/core';
import { MLMODEL_FILE, parseMlModel, signatureFromJson } from '@tidemark/mlflow';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { renderPairs } from '../../render/pairs.ts';
import { say } from '../../render/prose.ts';
import { formatTime } from '../../render/quantities.ts';
import { printable, styleOf } from '../../render/style.ts';
import type { StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';

/** The most versions in the output for people, besides those in use. */
const SHOWN_VERSIONS = 20;

/** Options of `tidemark models show`. */
export interface ShowModelOptions extends StoreOptions {
  /** The most versions, besides those in use. */
  readonly limit?: number;
}

/** Shows a registered model with its versions, newest first. @throws MODEL_NOT_FOUND, STORE_NOT_FOUND */
export async function showModel(
  name: string,
  options: ShowModelOptions,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const model = await getRegisteredModel(store, name);
  const most = options.limit ?? (options.json === true ? Number.POSITIVE_INFINITY : SHOWN_VERSIONS);
  const oldest = model.versions.length - most;
  const shown = model.versions.filter((version, index) => index >= oldest || isInUse(version));
  const inspected = await Promise.all(shown.map((version) => inspectVersion(store, name, version)));
  if (options.json === true) {
    const versions = shown.map((version, index) => ({ ...version, ...inspected[index] }));
    terminal.out(renderJson({ ...model, versions }));
    return;
  }
  const style = styleOf(terminal);
  terminal.out(`${style.heading(printable(model.name))}\n`);
  if (model.description !== '') say(terminal, `${printable(model.description)}\n`);
  terminal.out(renderPairs(model.tags.map(tagPair), { style, width: terminal.width }));
  for (const [index, version] of [...shown.entries()].reverse()) {
    const aliases = version.aliases.map((alias) => ` @${alias}`).join('');
    const stage = version.stage === 'None' ? '' : ` ${version.stage}`;
    terminal.out(
      `\n${style.heading(`version ${version.version}`)}${style.good(`${stage}${aliases}`)}\n`,
    );
    const facts: [string, string | undefined][] = [
      [
        'created',
        `${formatTime(version.creationTimeMs)} by ${version.createdBy.name}${version.createdBy.authenticated ? '' : ' (claimed)'}`,
      ],
      ['model', version.source],
      ['run', version.runId],
      ['files at', version.storageLocation],
      ['artifacts', version.artifactsDigest ?? 'not pinned: the files are not in this store'],
      [
        'run state',
        version.runState === undefined ? undefined : `sha256:${version.runState.sha256}`,
      ],
      ['inputs', schemaText(inspected[index]?.signature?.inputs)],
      ['outputs', schemaText(inspected[index]?.signature?.outputs)],
      ['status', version.status === 'READY' ? undefined : statusText(version)],
      ['note', version.description],
      ...version.tags.map(tagPair),
      ...version.requests.map(requestPair),
      ...version.comments.map(({ by, creationTimeMs, text }): [string, string] => [
        'comment',
        `${text}  by ${by.name}, ${formatTime(creationTimeMs)}`,
      ]),
    ];
    const problem = inspected[index]?.problem;
    if (problem !== undefined) say(terminal, `  ${style.bad(printable(problem))}\n`);
    terminal.out(renderPairs(facts, { style, width: terminal.width }));
  }
  const more = model.versions.length - shown.length;
  if (more === 0) return;
  terminal.out(style.dim(`\n… and ${more} more (--limit ${model.versions.length})\n`));
}

/** Whether a version has an alias, a stage or an open request, whatever its age. */
function isInUse({ aliases, stage, requests }: ModelVersion): boolean {
  const isStaged = stage === 'Staging' || stage === 'Production';
  return aliases.length > 0 || isStaged || requests.some(({ closed }) => closed === undefined);
}

/** Returns a tag with its user, time and job. */
function tagPair({ key, value, evidence }: RegistryTag): [string, string] {
  const job = evidence.ciJob === undefined ? '' : `, ${evidence.ciJob}`;
  return [key, `${value}  by ${evidence.by.name}, ${formatTime(evidence.atMs)}${job}`];
}

/** Returns a transition request with its outcome. */
function requestPair({ target, by, approvals, closed }: TransitionRequest): [string, string] {
  const approved = approvals.map((approval) => approval.by.name).join(', ');
  const state =
    closed === undefined
      ? approved === ''
        ? 'open'
        : `open, approved by ${approved}`
      : `${closed.outcome} by ${closed.by.name}, ${formatTime(closed.atMs)}`;
  return ['request', `${targetText(target)}, requested by ${by.name}: ${state}`];
}

function statusText({ status, statusMessage = '' }: ModelVersion): string {
  return statusMessage === '' ? status : `${status}: ${statusMessage}`;
}

/** The content of a version's MLmodel file, or why it cannot be trusted. */
interface VersionFiles {
  readonly signature?: ModelSignature;
  readonly problem?: string;
}

async function inspectVersion(
  store: Store,
  name: string,
  { version }: ModelVersion,
): Promise<VersionFiles> {
  try {
    const files = await openModel(`models:/${name}/${version}`, { store });
    if (!files.files.some(({ path }) => path === MLMODEL_FILE)) return {};
    const mlmodel = parseMlModel(new TextDecoder().decode(await files.read(MLMODEL_FILE)));
    return mlmodel.signature === undefined
      ? {}
      : { signature: signatureFromJson(mlmodel.signature) };
  } catch (error) {
    // A model from outside the store has no files here. Damage is shown with the version.
    if (isTidemarkError(error, 'LOGGED_MODEL_NOT_FOUND')) return {};
    if (isTidemarkError(error)) return { problem: `${error.message} [${error.code}]` };
    throw error;
  }
}

function schemaText(schema: Schema | undefined): string | undefined {
  return schema
    ?.map((spec) => {
      const type =
        spec.kind === 'tensor'
          ? `${spec.dtype}[${spec.shape.map((size) => (size === -1 ? '?' : size)).join(', ')}]`
          : `${typeof spec.type === 'string' ? spec.type : spec.type.kind}${spec.required ? '' : '?'}`;
      return spec.name === undefined ? type : `${spec.name}: ${type}`;
    })
    .join(', ');
}
