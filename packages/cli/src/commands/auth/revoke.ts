import { argument, type CommandDefinition } from '../../command-definition.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { AUTH_FILE, type AuthFileOption } from './auth-options.ts';

/** `tidemark auth revoke`. Running servers refuse the token within a second. */
export const revoke: CommandDefinition = {
  name: 'revoke',
  summary: 'Revoke a token.',
  arguments: [argument('<token-id>', 'the id from `auth list`, which is also part of the token')],
  options: [AUTH_FILE],
  async action(id: string, options: AuthFileOption, terminal: Terminal) {
    const server = await import('@tidemark/server');
    const { changeAuthFile } = await import('./change-auth-file.ts');
    changeAuthFile(options, (file) => server.revokeToken(file, id));
    say(terminal, `Revoked the token ${printable(id)}.\n`);
  },
};
