import type { Store } from '@tidemark/core';
import { openRestStore } from '@tidemark/mlflow';

/** The folder of the page, which a proxy may put below a path. */
const BASE = location.href.replace(/[?#].*$/s, '').replace(/\/(index\.html)?$/, '');

/** The store behind this page: the server that sent it. It sends no request before the first read. */
export const pageStore: Store = openRestStore({ uri: BASE });
