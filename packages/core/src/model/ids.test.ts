import { describe, expect, it } from 'vitest';
import { experimentIdFromName, newRunId, parseExperimentId, parseRunId } from './ids.ts';

describe('ids', () => {
  it('of experiments are derived from the name, the same in every store', () => {
    expect(experimentIdFromName('Default')).toBe('0');
    expect(experimentIdFromName('penguins')).toBe('229105665152626223');
    expect(experimentIdFromName('penguins', 1)).not.toBe(experimentIdFromName('penguins'));
    expect(experimentIdFromName('penguins')).toMatch(/^[1-9]\d{17}$/);
  });

  it('of new runs are 32 hexadecimal digits, each different', () => {
    const ids = new Set(Array.from({ length: 1000 }, newRunId));
    expect(ids.size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(['', '../x', '-a', 'a/b', 'a\n', 'x'.repeat(257)])('of runs cannot be %j', (text) => {
    expect(() => parseRunId(text)).toThrow(expect.objectContaining({ code: 'INVALID_ID' }));
  });

  it('of experiments that MLflow created are accepted', () => {
    expect(parseExperimentId('228489854996485526')).toBe('228489854996485526');
  });
});
