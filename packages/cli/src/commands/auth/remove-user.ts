import { argument, type CommandDefinition } from '../../command-definition.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { AUTH_FILE, type AuthFileOption } from './auth-options.ts';

/** `tidemark auth remove-user`. */
export const removeUser: CommandDefinition = {
  name: 'remove-user',
  summary: 'Delete a user with all tokens.',
  arguments: [argument('<name>', 'the name of the user')],
  options: [AUTH_FILE],
  async action(name: string, options: AuthFileOption, terminal: Terminal) {
    const server = await import('@tidemark/server');
    const { changeAuthFile } = await import('./change-auth-file.ts');
    changeAuthFile(options, (file) => server.removeUser(file, name));
    say(terminal, `Deleted the user ${printable(name)} with all tokens.\n`);
  },
};
