import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b2733, #dfe6ec); --soft: light-dark(#5b6b7a, #93a3b1);
  --ground: light-dark(#fbfcfd, #11181f); --code: light-dark(#eef2f5, #1b252e); --tide: light-dark(#0b6a75, #5cc2cd); }
body { margin: 0 auto; max-width: 42rem; padding: 12vh 1.5rem 3rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; } h1 small { color: var(--soft); font-size: 1rem; font-weight: 400; }
h2 { margin: 2rem 0 .4rem; font-size: 1rem; } p { margin: .6rem 0; } a { color: var(--tide); }
pre { margin: 0; padding: .8rem 1rem; overflow-x: auto; border-radius: .4rem; background: var(--code);
  font: .875rem/1.5 ui-monospace, monospace; }
`;

/**
 * The content security policy of the page. It loads, runs, frames and sends nothing. Its one style is allowed by
 * its hash.
 */
export const START_PAGE_POLICY: string = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Returns the page at `/`: what the server is, its version, and the ways to connect a client.
 * @param address the address of the server in the browser, such as `http://127.0.0.1:5000`
 */
export function startPage(address: string, version: string): string {
  const shown = escapeHtml(address);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tidemark server</title>
<style>${STYLE}</style>
<h1>Tidemark server <small>${escapeHtml(version)}</small></h1>
<p>This server keeps runs and registered models. It speaks MLflow’s REST API, so MLflow’s clients work with it.</p>
<h2>MLflow clients, in any language</h2>
<pre>export MLFLOW_TRACKING_URI=${shown}</pre>
<h2>The command</h2>
<pre>npx tidemark runs --store ${shown}</pre>
<h2>TypeScript</h2>
<pre>import { startRun } from '@tidemark/client';

const store = '${shown}';
await startRun({ store }, (run) =&gt; run.logMetric('loss', 0.5));</pre>
<p>Where users log in, set <code>MLFLOW_TRACKING_TOKEN</code> to a token from an admin of this server.</p>
<p><a href="/openapi.json">The API</a> · <a href="/health">Health</a></p>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
