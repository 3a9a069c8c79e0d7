import { argument, type CommandDefinition } from '../../command-definition.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { AUTH_FILE, type AuthFileOption } from './auth-options.ts';

/** `tidemark auth set-password`. */
export const setPassword: CommandDefinition = {
  name: 'set-password',
  summary: 'Give a user another password, typed or piped in.',
  arguments: [argument('<name>', '')],
  options: [AUTH_FILE],
  async action(name: string, options: AuthFileOption, terminal: Terminal) {
    const server = await import('@tidemark/server');
    const { changeAuthFile } = await import('./change-auth-file.ts');
    const { readNewPassword } = await import('./read-password.ts');
    // A user that there is not is said before anybody is asked for a password.
    server.setRole(server.readAuthFile(options.file), name, undefined);
    const password = await readNewPassword(terminal);
    changeAuthFile(options, (file) => server.setPassword(file, name, password));
    say(terminal, `${printable(name)} has a new password.\n`);
  },
};
