import { createContext, runInContext } from 'node:vm';

/** Globals of both pages and Node, which our browser entries may use. */
const WEB_GLOBALS = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'DOMException',
  'Event',
  'EventTarget',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'TextDecoder',
  'TextEncoder',
  'TransformStream',
  'URL',
  'URLSearchParams',
  'WritableStream',
  'atob',
  'btoa',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'performance',
  'queueMicrotask',
  'setInterval',
  'setTimeout',
  'structuredClone',
] as const;

/**
 * Classes of the language that web globals accept and return (`TextEncoder` returns a `Uint8Array`). A new context has
 * its own copies, but a page has one of each, so the context gets Node's.
 */
const SHARED_CLASSES = [
  'ArrayBuffer',
  'DataView',
  'Error',
  'Float32Array',
  'Float64Array',
  'Int32Array',
  'Promise',
  'RangeError',
  'SyntaxError',
  'TypeError',
  'Uint8Array',
  'Uint32Array',
] as const;

/**
 * Runs a script that sets the global `bundled` to its exports, in a context without Node's globals
 * (no `process`, `Buffer`, `require`), then calls the exported `main` and returns its resolved value.
 */
export async function runMainInBrowserContext(script: string): Promise<unknown> {
  const globals: Record<string, unknown> = {};
  for (const name of [...WEB_GLOBALS, ...SHARED_CLASSES]) globals[name] = globalThis[name];
  const context = createContext(globals);
  runInContext('globalThis.self = globalThis;', context);
  runInContext(script, context, { filename: 'browser-bundle.js' });
  return runInContext('bundled.main()', context);
}
