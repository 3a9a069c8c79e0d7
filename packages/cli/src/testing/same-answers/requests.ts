import type { Exchange } from './exchange.ts';

const API = '/api/2.0/mlflow';

/** A request of the API with a body. */
export function post(
  name: string,
  path: string,
  body: unknown,
  more: Partial<Exchange> = {},
): Exchange {
  return { name, method: 'POST', path: `${API}${path}`, body, ...more };
}

/** A request of the API that reads. */
export function get(name: string, path: string, more: Partial<Exchange> = {}): Exchange {
  return { name, method: 'GET', path: `${API}${path}`, ...more };
}

/** Like `post`, for changes. */
export function patch(
  name: string,
  path: string,
  body: unknown,
  more: Partial<Exchange> = {},
): Exchange {
  return { ...post(name, path, body, more), method: 'PATCH' };
}

/** Like `post`, for deletions. */
export function remove(
  name: string,
  path: string,
  body: unknown,
  more: Partial<Exchange> = {},
): Exchange {
  return { ...post(name, path, body, more), method: 'DELETE' };
}

/** For requests with a mistake in a filter or an order. */
export const SHOWS_PLACE: Pick<Exchange, 'words'> = {
  words: 'the message shows the position of the mistake and the possible values',
};

/** A time for runs and points, in milliseconds since 1970. */
export const T = 1_700_000_000_000;
