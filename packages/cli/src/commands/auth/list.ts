import type { CommandDefinition } from '../../command-definition.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { AUTH_FILE, type AuthFileOption } from './auth-options.ts';

/** `tidemark auth list`. */
export const list: CommandDefinition = {
  name: 'list',
  summary: 'List users and tokens, without passwords or secrets.',
  options: [AUTH_FILE, JSON_OUTPUT],
  async action(options: AuthFileOption & { readonly json?: true }, terminal: Terminal) {
    const { listUsers } = await import('./list-users.ts');
    listUsers(options, terminal);
  },
};
