import { registerModel, setModelAlias } from '@tidemark/client';
import { assertAlias, assertModelName, findRun } from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';

/** Options of `tidemark models register`. */
export interface RegisterModelOptions {
  readonly store?: string;
  readonly description?: string;
  readonly alias?: string;
  readonly json?: boolean;
}

const RUN_MODEL = /^runs:\/([^/]+)\/(.+)$/;

/**
 * Registers a logged model as the next version of a registered model.
 * @throws MODEL_URI_INVALID, LOGGED_MODEL_NOT_FOUND, RUN_NOT_FOUND, INVALID_KEY
 */
export async function registerLoggedModel(
  said: string,
  name: string,
  { alias, description, ...options }: RegisterModelOptions,
  terminal: Terminal,
): Promise<void> {
  // Checked before anything is written, so that no version is left without the requested alias.
  assertModelName(name);
  if (alias !== undefined) assertAlias(alias);
  const store = await openExistingStore(options);
  const ofRun = RUN_MODEL.exec(said);
  const model =
    ofRun?.[1] !== undefined
      ? `runs:/${(await findRun(store, ofRun[1])).runId}/${ofRun[2]}`
      : said.startsWith('m-')
        ? `models:/${said}`
        : said;
  const version = await registerModel({
    store,
    name,
    model,
    ...(description === undefined ? {} : { description }),
  });
  if (alias !== undefined) await setModelAlias({ store, name, alias, version: version.version });
  if (options.json === true) {
    terminal.out(renderJson({ ...version, name, aliases: alias === undefined ? [] : [alias] }));
    return;
  }
  const called = alias === undefined ? '' : `, @${printable(alias)}`;
  say(
    terminal,
    `Registered ${printable(model)} as version ${version.version} of ${printable(name)}${called}.\n`,
  );
}
