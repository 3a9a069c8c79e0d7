import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { openToChange } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME, MODEL_VERSION } from './model-arguments.ts';

/** `tidemark models comment`. */
export const comment: CommandDefinition = {
  name: 'comment',
  summary: 'Say something about a version.',
  arguments: [MODEL_NAME, MODEL_VERSION, argument('[text]', 'what is said')],
  options: [
    option('--edit <id>', 'say it in place of a comment of yours'),
    option('--delete <id>', 'take a comment of yours away'),
    STORE_TO_CHANGE,
  ],
  async action(
    name: string,
    version: number,
    text: string | undefined,
    options: StoreOptions & { readonly edit?: string; readonly delete?: string },
    terminal: Terminal,
  ) {
    const { createComment, deleteComment, TidemarkError, updateComment } = await import(
      '@tidemark/core'
    );
    const { store, by } = await openToChange(options);
    if (options.delete !== undefined) {
      await deleteComment(store, { name, commentId: options.delete, by });
      terminal.out('The comment is gone; the history keeps it.\n');
      return;
    }
    if (text === undefined) {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        'Say something: the comment is the last argument.',
      );
    }
    const { commentId } =
      options.edit === undefined
        ? await createComment(store, { name, version, text, by })
        : await updateComment(store, { name, commentId: options.edit, text, by });
    say(terminal, `Comment ${commentId}\n`);
  },
};
