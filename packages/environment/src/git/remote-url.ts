const SCHEME = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/i;
const HOST = /^(\[[0-9a-f:.%]+\]|[^:\s]*)(:\d+)?$/i;
const DRIVE = /^[a-z]:[\\/]/i;
const HELPER = /^[a-z0-9]+::/i;

/**
 * The address of a git remote without secrets: without password, query and fragment, and without the user name, except
 * for ssh, which needs it to reach the host (`git@`). Forms without a scheme (`git@host:path`, a local path) have no
 * password and stay. `undefined` when the address cannot be parsed with certainty, or names a remote helper
 * (`ext::command …`).
 */
export function withoutCredentials(url: string): string | undefined {
  if (url === '' || HELPER.test(url)) return undefined;
  if (!url.includes('://')) return hasNameAndPassword(url) ? undefined : url;
  const [, scheme, authority, path] = SCHEME.exec(url) ?? [];
  if (scheme === undefined || authority === undefined || path === undefined) return undefined;
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  // A password with a slash in it would be parsed as host and path.
  if (!HOST.test(host) || path.includes('@')) return undefined;
  const user = at === -1 ? '' : (authority.slice(0, at).split(':')[0] ?? '');
  const keepsUser = user !== '' && /^(git\+)?ssh$|^ssh\+git$/i.test(scheme);
  return `${scheme}://${keepsUser ? `${user}@` : ''}${host}${path}`;
}

/**
 * Whether an address without a scheme may nevertheless have a password: `ada:secret@host:path`,
 * `https:/ada:secret@host`, `//ada:secret@host`.
 */
function hasNameAndPassword(url: string): boolean {
  const at = url.indexOf('@');
  return at !== -1 && url.slice(0, at).replace(DRIVE, '').includes(':');
}
