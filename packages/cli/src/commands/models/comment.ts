import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { openToChange } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME, MODEL_VERSION } from './model-arguments.ts';

/** `tidemark models comment`. */
export const comment: CommandDefinition = {
  name: 'comment',
  summary: 'Comment on a version.',
  arguments: [MODEL_NAME, MODEL_VERSION, argument('[text]', 'the text of the comment')],
  options: [
    option('--edit <id>', 'replace your comment with this id'),
    option('--delete <id>', 'delete your comment with this id'),
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
      terminal.out('Deleted the comment. The history keeps it.\n');
      return;
    }
    if (text === undefined) {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        'The comment is missing. Give its text as the last argument.',
      );
    }
    const { commentId } =
      options.edit === undefined
        ? await createComment(store, { name, version, text, by })
        : await updateComment(store, { name, commentId: options.edit, text, by });
    say(terminal, `Comment ${commentId}\n`);
  },
};
