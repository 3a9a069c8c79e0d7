import type { CommandGroup } from '../../command-definition.ts';
import { STORE_TO_READ } from '../../store-options.ts';
import { alias } from './alias.ts';
import { approve } from './approve.ts';
import { cancel } from './cancel.ts';
import { comment } from './comment.ts';
import { create } from './create.ts';
import { deleteModel } from './delete.ts';
import { describe } from './describe.ts';
import { history } from './history.ts';
import { list } from './list.ts';
import { register } from './register.ts';
import { reject } from './reject.ts';
import { rename } from './rename.ts';
import { request } from './request.ts';
import { rules } from './rules.ts';
import { show } from './show.ts';
import { stage } from './stage.ts';
import { tag } from './tag.ts';

/** `tidemark models`: registered models. */
export const MODELS: CommandGroup = {
  name: 'models',
  summary: 'List and register models; aliases, tags, reviews, stages, history.',
  options: [STORE_TO_READ],
  notes: '`tidemark models` is short for `tidemark models list`.',
  commands: [
    list,
    show,
    register,
    alias,
    tag,
    request,
    approve,
    reject,
    cancel,
    stage,
    comment,
    history,
    rules,
    create,
    describe,
    rename,
    deleteModel,
  ],
};
