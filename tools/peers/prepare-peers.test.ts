import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryWorkspace } from '../workspace/temporary-workspace.ts';
import { foundNoIndex, preparePeers } from './prepare-peers.ts';
import { venvPlace } from './venv-place.ts';

it('each set of requirements and each Python has its own environment', () => {
  const home = { HOME: '/home/ada' };
  const place = venvPlace('mlflow==3', 'Python 3.11.7', home);
  expect(place).toMatch(/^\/home\/ada\/\.cache\/tidemark\/peers-[0-9a-f]{16}$/);
  expect(venvPlace('mlflow==3', 'Python 3.11.7', home)).toBe(place);
  expect(venvPlace('mlflow==4', 'Python 3.11.7', home)).not.toBe(place);
  expect(venvPlace('mlflow==3', 'Python 3.12.0', home)).not.toBe(place);
  expect(venvPlace('', '', { XDG_CACHE_HOME: '/cache' })).toMatch(/^\/cache\/tidemark\//);
});

it('a missing Python is reported', () => {
  const root = temporaryWorkspace({ 'requirements.txt': 'mlflow==3\n' });
  expect(preparePeers(join(root, 'requirements.txt'), { HOME: root }, 'no-such-python')).toEqual({
    kind: 'unavailable',
    reason: 'there is no no-such-python',
  });
});

it('an index that does not answer is distinguished from a version that does not exist', () => {
  const prefix = 'ERROR: Could not find a version that satisfies the requirement mlflow==99';
  expect(foundNoIndex(`${prefix} (from versions: none)`)).toBe(true);
  expect(foundNoIndex(`${prefix} (from versions: 1.0.0, 3.18.0)`)).toBe(false);
});
