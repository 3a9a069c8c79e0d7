import { type ReadonlySignal, signal } from '@preact/signals';

/**
 * Where the page is: what is after `#` in the address bar. The paths are those of MLflow's page, so the links that
 * MLflow's clients print ("View run at …/#/experiments/0/runs/…") open here.
 */
export interface Address {
  /** The decoded segments of the path. */
  readonly path: readonly string[];
  /** What the view shows: filter, order, chosen runs. Absent means the default. */
  readonly query: Readonly<Record<string, string>>;
}

/** Parses the part of an address from `#` on. */
export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  return {
    path: path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decoded),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** Prints an address, without the parts of the query that are `undefined` or empty. */
export function printAddress(
  path: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, value);
  }
  const shown = parameters.size === 0 ? '' : `?${readable(parameters.toString())}`;
  return `#/${path.map(encodeURIComponent).join('/')}${shown}`;
}

const current = signal(parseAddress(location.hash));
addEventListener('hashchange', () => {
  current.value = parseAddress(location.hash);
});

/** The address of the page now. */
export const address: ReadonlySignal<Address> = current;

/** Changes parts of the query; `undefined` removes one. By default the browser's history gets no new entry. */
export function changeQuery(
  changes: Readonly<Record<string, string | undefined>>,
  how: 'replace' | 'push' = 'replace',
): void {
  const { path, query } = current.value;
  const next = printAddress(path, { ...query, ...changes });
  if (how === 'push') history.pushState(null, '', next);
  else history.replaceState(null, '', next);
  current.value = parseAddress(next);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Characters that need no escape after `#`, and that filters have many of. */
function readable(query: string): string {
  return query
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':')
    .replaceAll('%2F', '/')
    .replaceAll('%27', "'");
}
