import { assertArguments } from '../model/plain-input.ts';

/**
 * Returns the path of an address below a location, without slashes at its ends; `''` for the location itself. Returns
 * `undefined` if the address is elsewhere. Whole path segments are compared. The ways to write one local path are
 * equal: `/a/b`, `file:/a/b`, `file:///a/b`, `file://localhost/a/b`. So are `mlflow-artifacts:/a` and
 * `mlflow-artifacts:///a`; an address with a server in it differs from one without.
 */
export function pathBelowLocation(location: string, address: string): string | undefined {
  assertArguments({ location, address }, 'pathBelowLocation', {
    location: 'string',
    address: 'string',
  });
  const root = oneSpelling(location);
  const place = oneSpelling(address);
  if (root === '' || hasDots(place)) return undefined;
  if (place === root) return '';
  return place.startsWith(`${root}/`)
    ? place.slice(root.length + 1).replace(/^\/+/, '')
    : undefined;
}

function oneSpelling(address: string): string {
  // One letter and a colon is a Windows drive.
  const [, given, rest = ''] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(address) ?? [];
  const scheme = given?.toLowerCase();
  if (scheme === undefined) return trimmed(address.replaceAll('\\', '/'));
  if (scheme === 'file') return trimmed(localPath(rest) ?? `file:${rest}`);
  if (scheme === 'mlflow-artifacts') return trimmed(`${scheme}:${rest.replace(/^\/\/(?=\/)/, '')}`);
  return trimmed(`${scheme}:${rest}`);
}

/** Returns `undefined` for a file of another machine, and for text that is not encoded as a URI. */
function localPath(rest: string): string | undefined {
  const path = rest.replace(/^\/\/(?:localhost)?(?=\/)/i, '');
  if (path.startsWith('//')) return undefined;
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function hasDots(place: string): boolean {
  return place.split('/').some((segment) => segment === '..' || segment === '.');
}

function trimmed(place: string): string {
  return place.replace(/\/+$/, '');
}
