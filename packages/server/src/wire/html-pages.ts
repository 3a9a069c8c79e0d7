/**
 * Content type of the pages that MLflow's server answers on a path without a route. Clients recognise them by
 * status and type.
 */
export const HTML_TYPE = 'text/html; charset=utf-8';

/** The page of 404, for a path that is not served. */
export const NOT_FOUND_PAGE: string = page(
  '404 Not Found',
  'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
);

/** The page of 405, for a path that is served with other methods. */
export const METHOD_NOT_ALLOWED_PAGE: string = page(
  '405 Method Not Allowed',
  'The method is not allowed for the requested URL.',
);

function page(title: string, text: string): string {
  const heading = title.replace(/^\d+ /, '');
  return `<!doctype html>\n<html lang=en>\n<title>${title}</title>\n<h1>${heading}</h1>\n<p>${text}</p>\n`;
}
