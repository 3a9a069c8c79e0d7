import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { openExistingStore } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME, MODEL_VERSION } from './model-arguments.ts';

interface TagOptions extends StoreOptions {
  readonly run?: string;
  readonly ciJob?: string;
  readonly delete?: true;
}

/** `tidemark models tag`. */
export const tag: CommandDefinition = {
  name: 'tag',
  summary: 'Set a tag of a version, with evidence: who, when, for which files.',
  arguments: [
    MODEL_NAME,
    MODEL_VERSION,
    argument('<key=value>', 'the tag, such as passed-gdpr-review=true; only its key with --delete'),
  ],
  options: [
    option('--run <run>', 'the run that produced the verdict'),
    option('--ci-job <job>', 'the CI job that produced the verdict'),
    option('--delete', 'delete the tag instead'),
    STORE_TO_CHANGE,
  ],
  async action(
    name: string,
    version: number,
    said: string,
    options: TagOptions,
    terminal: Terminal,
  ) {
    const { deleteModelTag, setModelTag } = await import('@tidemark/client');
    const titled = `${printable(name)} version ${version}`;
    if (options.delete === true) {
      const store = await openExistingStore(options);
      await deleteModelTag({ store, name, version, key: said });
      say(terminal, `Deleted the tag ${printable(said)} of ${titled}.\n`);
      return;
    }
    const [key, value] = await splitAssignment(said);
    const store = await openExistingStore(options);
    const { findRun } = await import('@tidemark/core');
    const run = options.run === undefined ? undefined : await findRun(store, options.run);
    const evidence = {
      ...(run === undefined ? {} : { runId: run.runId }),
      ...(options.ciJob === undefined ? {} : { ciJob: options.ciJob }),
    };
    await setModelTag({ store, name, version, key, value, evidence });
    say(terminal, `${titled}: ${printable(key)} = ${printable(value)}\n`);
  },
};

async function splitAssignment(text: string): Promise<[string, string]> {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  const { TidemarkError } = await import('@tidemark/core');
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(text)} is not a tag. Write key=value, such as passed-gdpr-review=true.`,
  );
}
