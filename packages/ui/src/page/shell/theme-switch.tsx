import { signal } from '@preact/signals';
import type { VNode } from 'preact';

type Theme = 'system' | 'light' | 'dark';

const KEY = 'tidemark.theme';
const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const NAMES: Readonly<Record<Theme, string>> = {
  system: 'Colours of the system',
  light: 'Light colours',
  dark: 'Dark colours',
};
const SIGNS: Readonly<Record<Theme, string>> = { system: '◐', light: '○', dark: '●' };

const theme = signal<Theme>(storedTheme());
theme.subscribe((value) => {
  document.documentElement.dataset.theme = value;
});

/** A button that goes from the colours of the system to light, to dark, and back. The browser remembers the choice. */
export function ThemeSwitch(): VNode {
  const choose = (): void => {
    theme.value = NEXT[theme.value];
    try {
      localStorage.setItem(KEY, theme.value);
    } catch {
      // A browser that keeps nothing still shows the colours.
    }
  };
  return (
    <button type="button" class="quiet" onClick={choose} title={NAMES[theme.value]}>
      <span aria-hidden="true">{SIGNS[theme.value]}</span>
      <span class="unseen">{NAMES[theme.value]}</span>
    </button>
  );
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}
