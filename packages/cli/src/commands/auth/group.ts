import type { CommandGroup } from '../../command-definition.ts';
import { addToken } from './add-token.ts';
import { addUser } from './add-user.ts';
import { list } from './list.ts';
import { removeUser } from './remove-user.ts';
import { revoke } from './revoke.ts';
import { setPassword } from './set-password.ts';
import { setRole } from './set-role.ts';

/** `tidemark auth`: the users of a server and their roles. */
export const AUTH: CommandGroup = {
  name: 'auth',
  summary: 'Manage users, roles and tokens for tidemark server --auth.',
  notes: `Roles, each of which includes those before it:
  reader    read everything
  writer    log runs, register models, request transitions
  approver  move and delete versions, set aliases, decide on requests
  admin     set webhooks and rules of registered models, and everything else

Example:
  tidemark auth add-user ada --role admin --file auth.json
  export MLFLOW_TRACKING_TOKEN=$(tidemark auth add-token ada --file auth.json)
  tidemark server --auth auth.json

A running server applies every change within a second.`,
  commands: [addUser, removeUser, setPassword, setRole, addToken, revoke, list],
};
