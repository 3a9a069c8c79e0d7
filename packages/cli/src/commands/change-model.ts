import { deleteModelAlias, deleteModelTag, setModelAlias, setModelTag } from '@tidemark/client';
import { TidemarkError } from '@tidemark/core';
import { openExistingStore } from '../open.ts';
import { printable } from '../render/style.ts';
import type { Terminal } from '../terminal.ts';

interface StoreOption {
  readonly store?: string;
}

/** Points an alias at a version. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, INVALID_KEY */
export async function setAlias(
  name: string,
  alias: string,
  version: number,
  options: StoreOption,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  await setModelAlias({ store, name, alias, version });
  terminal.out(`${printable(name)}@${printable(alias)} is version ${version}.\n`);
}

/** Takes an alias away. @throws MODEL_NOT_FOUND, MODEL_ALIAS_NOT_FOUND */
export async function removeAlias(
  name: string,
  alias: string,
  options: StoreOption,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  await deleteModelAlias({ store, name, alias });
  terminal.out(`${printable(name)} has no alias ${printable(alias)} any more.\n`);
}

/** What can be said with a tag on the command line. */
export interface TagOptions extends StoreOption {
  /** The run that produced the verdict. */
  readonly run?: string;
  readonly ciJob?: string;
}

/** Sets a tag of a version, with its evidence. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, RUN_NOT_FOUND */
export async function setTag(
  name: string,
  version: number,
  assignment: string,
  options: TagOptions,
  terminal: Terminal,
): Promise<void> {
  const [key, value] = splitAssignment(assignment);
  const store = await openExistingStore(options);
  const { findRun } = await import('../find-run.ts');
  const run = options.run === undefined ? undefined : await findRun(store, options.run);
  const evidence = {
    ...(run === undefined ? {} : { runId: run.runId }),
    ...(options.ciJob === undefined ? {} : { ciJob: options.ciJob }),
  };
  await setModelTag({ store, name, version, key, value, evidence });
  terminal.out(`${printable(name)} version ${version}: ${printable(key)} = ${printable(value)}\n`);
}

/** Takes a tag of a version away. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND */
export async function removeTag(
  name: string,
  version: number,
  key: string,
  options: StoreOption,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  await deleteModelTag({ store, name, version, key });
  terminal.out(`${printable(name)} version ${version} has no tag ${printable(key)} any more.\n`);
}

function splitAssignment(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(text)} is no tag. Write key=value, such as passed-gdpr-review=true.`,
  );
}
