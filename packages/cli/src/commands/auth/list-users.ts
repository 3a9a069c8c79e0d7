import { readAuthFile } from '@tidemark/server';
import { renderJson } from '../../render/json.ts';
import { renderPairs } from '../../render/pairs.ts';
import { say } from '../../render/prose.ts';
import { printable, styleOf } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import type { AuthFileOption } from './auth-options.ts';

/** Lists users and tokens, but no passwords and no secrets. @throws AUTH_FILE_INVALID */
export function listUsers(
  options: AuthFileOption & { readonly json?: true },
  terminal: Terminal,
): void {
  const { users } = readAuthFile(options.file);
  if (options.json === true) {
    terminal.out(
      renderJson(
        users.map(({ password, tokens, ...user }) => ({
          ...user,
          hasPassword: password !== undefined,
          tokens: tokens.map(({ sha256, ...token }) => token),
        })),
      ),
    );
    return;
  }
  if (users.length === 0) {
    say(terminal, 'No users yet. Add one with: tidemark auth add-user <name> --file <file>\n');
    return;
  }
  const style = styleOf(terminal);
  for (const { name, role, password, experiments, models, tokens } of users) {
    const login = password === undefined ? '' : ', logs in with a password';
    terminal.out(`${style.heading(printable(name))}  ${role}${login}\n`);
    const facts = [
      ...Object.entries(experiments).map(([id, own]): Fact => [`experiment ${id}`, own]),
      ...Object.entries(models).map(([model, own]): Fact => [`model ${model}`, own]),
      ...tokens.map(
        (token): Fact => [
          `token ${token.id}`,
          [token.name, ...atMost(token.role), expiry(token.expiresAtMs)].join(', '),
        ],
      ),
      ...(password === undefined && tokens.length === 0 ? [NO_LOGIN] : []),
    ];
    terminal.out(renderPairs(facts, { style, width: terminal.width }));
  }
}

type Fact = readonly [string, string];

const NO_LOGIN: Fact = ['no token yet', 'create one with: tidemark auth add-token'];

function atMost(role: string | undefined): string[] {
  return role === undefined ? [] : [`at most ${role}`];
}

function expiry(expiresAtMs: number | undefined): string {
  if (expiresAtMs === undefined) return 'never expires';
  const day = new Date(expiresAtMs).toISOString().slice(0, 10);
  return expiresAtMs <= Date.now() ? `expired ${day}` : `expires ${day}`;
}
