import { type Route, routeUrl } from './route.ts';

/**
 * Whether any route, of whatever method, has the path of a URL (below `/api`): then the method was the
 * mistake.
 */
export function pathIsServed(routes: readonly Route[], url: string): boolean {
  const path = (url.split('?')[0] ?? '').replace(/\/{2,}/g, '/');
  return routes.some((route) => matches(routeUrl(route), path));
}

function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/');
  const given = path.split('/');
  if (expected.at(-1) === '*') {
    if (given.length < expected.length) return false;
    given.length = expected.length;
  }
  return (
    expected.length === given.length &&
    expected.every((part, index) => part === '*' || part.startsWith(':') || part === given[index])
  );
}
