import { argument, type CommandDefinition } from '../../command-definition.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { AUTH_FILE, type AuthFileOption } from './auth-options.ts';

/** `tidemark auth set-password`. */
export const setPassword: CommandDefinition = {
  name: 'set-password',
  summary: 'Set the password of a user, typed or from standard input.',
  arguments: [argument('<name>', 'the name of the user')],
  options: [AUTH_FILE],
  async action(name: string, options: AuthFileOption, terminal: Terminal) {
    const server = await import('@tidemark/server');
    const { changeAuthFile } = await import('./change-auth-file.ts');
    const { readNewPassword } = await import('./read-password.ts');
    // Checked before the user has to type a password.
    server.setRole(server.readAuthFile(options.file), name, undefined);
    const password = await readNewPassword(terminal);
    changeAuthFile(options, (file) => server.setPassword(file, name, password));
    say(terminal, `${printable(name)} has a new password.\n`);
  },
};
