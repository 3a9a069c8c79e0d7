import { nameOfArtifact } from '@tidemark/core';
/**
 * Returns the Content-Type of an artifact from its name. Text is always plain text, so that a browser shows
 * an HTML page or a script among the artifacts but never runs it. The types are MLflow's
 * (utils/mime_type_utils.py), except for HTML, which MLflow serves as HTML.
 */
export function artifactMediaType(path: string): string {
  const name = nameOfArtifact(path);
  const extension = name.slice(name.lastIndexOf('.') + 1);
  if (TEXT.has(extension)) return 'text/plain; charset=utf-8';
  return MEDIA_TYPES[extension.toLowerCase()] ?? 'application/octet-stream';
}

const TEXT: ReadonlySet<string> = new Set(
  'txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml xml json jsonl js mjs ts py py3 csv tsv md rst ipynb html htm xhtml css patch diff sql geojson MLmodel MLproject'.split(
    ' ',
  ),
);

/** Types that a browser shows and that run no code. SVG can contain scripts, but the sandbox stops those. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  mp3: 'audio/mpeg',
  wav: 'audio/x-wav',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  webm: 'video/webm',
  zip: 'application/zip',
};
