import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, test } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';
import { hiddenThings } from '../testing/hidden-things.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts/artifacts';
const SECRET = 'the-content-of-a-secret-file';

/** Ways to write `..`, or to leave a folder without it. */
const ESCAPES = [
  '../../../../secret.txt',
  '..%2f..%2f..%2f..%2fsecret.txt',
  '%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret.txt',
  '%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret.txt',
  '%252e%252e%252f%252e%252e%252f%252e%252e%252fsecret.txt',
  '..%5c..%5c..%5c..%5csecret.txt',
  '..%c0%af..%c0%afsecret.txt',
  '....//....//secret.txt',
  './../../../secret.txt',
  'a/../../../../../secret.txt',
  'secret.txt%00.png',
  '%00',
  'C:%5csecret.txt',
  'file:%2f%2f%2fetc%2fpasswd',
  '%2fetc%2fpasswd',
  '%2f%2fetc%2fpasswd',
  'con',
  '.',
  '..',
];

test('no path leads out of an artifact folder, in any encoding and through any route', async () => {
  const server = await attackedServer();
  const { runId, modelId } = await hiddenThings(server);
  const outside = join(dirname(server.folder), 'secret.txt');
  writeFileSync(outside, SECRET);
  const before = treeOf(dirname(server.folder));
  const absolute = encodeURIComponent(outside);
  const fileUri = encodeURIComponent(`file://${outside}`);
  const headers = { ...server.as('admin'), 'content-type': 'application/json' };

  for (const way of [...ESCAPES, absolute, fileUri, `%2f${absolute}`]) {
    const raw = decodedOnce(way);
    const places = ['', `0/${runId}/`, `0/${runId}/artifacts/`, `0/models/${modelId}/artifacts/`];
    const doors: [string, string, object?][] = [
      ...places.flatMap((place): [string, string, object?][] => [
        ['GET', `${PROXY}/${place}${way}`],
        ['GET', `${PROXY}?path=${encodeURIComponent(place)}${way}`],
        ['PUT', `${PROXY}/${place}${way}`, { overwritten: true }],
        ['DELETE', `${PROXY}/${place}${way}`],
        ['GET', `/api/2.0/mlflow-artifacts/presigned/${place}${way}`],
        [
          'POST',
          `/api/2.0/mlflow-artifacts/mpu/create/${place}${way}`,
          { path: 'secret.txt', num_parts: 1 },
        ],
        [
          'POST',
          `/api/2.0/mlflow-artifacts/mpu/create/0/${runId}/artifacts`,
          { path: raw, num_parts: 1 },
        ],
      ]),
      ['GET', `${API}/artifacts/list?run_id=${runId}&path=${way}`],
      ['GET', `/get-artifact?run_id=${runId}&path=${way}`],
      [
        'GET',
        `/ajax-api/2.0/mlflow/logged-models/${modelId}/artifacts/files?artifact_file_path=${way}`,
      ],
      [
        'GET',
        `${API}/logged-models/${modelId}/artifacts/directories?artifact_directory_path=${way}`,
      ],
      ['POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=${way}`, { x: 1 }],
      ['POST', `${API}/artifacts/presigned-upload-url`, { run_id: runId, path: raw }],
      ['POST', `${API}/artifacts/presigned-download-url`, { run_id: runId, path: raw }],
    ];
    for (const [method, path, json] of doors) {
      const sending = json === undefined ? { headers } : { headers, body: JSON.stringify(json) };
      const { status, text } = await server.send(method, path, sending);
      const what = `${method} ${path}: ${status}`;
      expect([what, status < 500, text.includes(SECRET)]).toEqual([what, true, false]);
      expect([what, /root:.*:0:0:/.test(text)]).toEqual([what, false]);
    }
  }
  expect(readFileSync(outside, 'utf8')).toBe(SECRET);
  // Names that merely look odd (`%2e%2e` itself) may be files, but only inside the artifact folders.
  const strays = treeOf(dirname(server.folder)).filter((path) => !before.includes(path));
  const own = /^store\/(artifacts\/0\/|logs\/|index\/)/;
  expect(strays.filter((path) => !own.test(path))).toEqual([]);
});

test('a symbolic link among the artifacts reveals nothing about its target', async () => {
  const server = await attackedServer();
  const { runId } = await hiddenThings(server);
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'secret.txt'), SECRET);
  const artifacts = join(server.folder, 'artifacts', '0', runId);
  mkdirSync(artifacts, { recursive: true });
  symlinkSync(join(elsewhere, 'secret.txt'), join(artifacts, 'link.txt'));
  symlinkSync(elsewhere, join(artifacts, 'folder'));
  const headers = server.as('admin');
  const run = `0/${runId}/artifacts`;
  for (const path of [
    `${PROXY}/${run}/link.txt`,
    `${PROXY}/${run}/folder/secret.txt`,
    `/get-artifact?run_id=${runId}&path=link.txt`,
    `/get-artifact?run_id=${runId}&path=folder/secret.txt`,
    `${API}/artifacts/list?run_id=${runId}&path=folder`,
  ]) {
    const { status, text } = await server.send('GET', path, { headers });
    expect([path, text.includes('secret'), status < 500]).toEqual([path, false, true]);
  }
  await server.send('PUT', `${PROXY}/${run}/folder/new.txt`, { headers, body: 'x' });
  await server.send('PUT', `${PROXY}/${run}/link.txt`, { headers, body: 'x' });
  expect(readdirSync(elsewhere)).toEqual(['secret.txt']);
  expect(readFileSync(join(elsewhere, 'secret.txt'), 'utf8')).toBe(SECRET);
});

test('an artifact is a download that cannot run code in the page of the server', async () => {
  const server = await attackedServer();
  const { runId } = await hiddenThings(server);
  const headers = server.as('writer');
  const page = '<script>fetch("/api/2.0/mlflow/experiments/search")</script>';
  for (const name of ['x.html', 'x.svg', 'x.xml', 'x.js', 'x"; filename=evil.html', 'x']) {
    const path = `${PROXY}/0/${runId}/artifacts/${encodeURIComponent(name)}`;
    expect((await server.send('PUT', path, { headers, body: page })).status).toBe(200);
    for (const door of [path, `/get-artifact?run_id=${runId}&path=${encodeURIComponent(name)}`]) {
      const answer = await server.send('GET', door, { headers });
      expect(answer.text).toBe(page);
      expect(answer.headers['content-disposition']).toMatch(/^attachment; filename=[\w.-]+(;|$)/);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['content-security-policy']).toMatch(/^sandbox(;|$)/);
    }
  }
});

function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns every file below a folder, relative to it. */
function treeOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
