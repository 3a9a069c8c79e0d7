import { type Route, routeUrl } from './route.ts';

/** Returns whether any route, of any method, has the path of a URL (below `/api`). If so, the method was wrong. */
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
