import { isTidemarkError, parseFilter } from '@tidemark/core';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { complete } from './complete-filter.ts';

interface FilterInputProps {
  readonly filter: string;
  /** The fields that can be completed, such as `metrics.loss`. */
  readonly fields: readonly string[];
  /** Called with a filter that can be parsed. */
  readonly onFilter: (filter: string) => void;
}

/**
 * The filter of a search, in MLflow's language. A mistake is shown while it is typed, with a mark below its place. Enter
 * searches.
 */
export function FilterInput({ filter, fields, onFilter }: FilterInputProps): VNode {
  const [text, setText] = useState(filter);
  const [cursor, setCursor] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(filter), [filter]);
  const mistake = mistakeOf(text);
  const choices = isOpen ? complete(text, cursor, fields) : undefined;
  const put = (choice: string): void => {
    if (choices === undefined) return;
    const next = text.slice(0, choices.from) + choice + text.slice(choices.to);
    setText(next);
    setOpen(false);
    const at = choices.from + choice.length;
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(at, at);
    });
  };
  return (
    <form
      class="filter"
      onSubmit={(event) => {
        event.preventDefault();
        setOpen(false);
        if (mistake === undefined) onFilter(text.trim());
      }}
    >
      <input
        ref={input}
        id="filter"
        type="search"
        autocomplete="off"
        spellcheck={false}
        aria-label="Filter of runs"
        aria-invalid={mistake !== undefined}
        aria-describedby="filter-mistake"
        placeholder="metrics.loss < 0.1 AND params.lr = '0.1'"
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setCursor(currentTarget.selectionStart ?? currentTarget.value.length);
          setOpen(true);
          if (currentTarget.value === '') onFilter('');
        }}
        onBlur={() => setTimeout(() => setOpen(false), 150)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setOpen(false);
          const [first] = choices?.words ?? [];
          if (event.key === 'Tab' && first !== undefined) {
            event.preventDefault();
            put(first);
          }
        }}
      />
      {choices !== undefined && choices.words.length > 0 && (
        <ul class="choices">
          {choices.words.map((word) => (
            <li key={word}>
              <button type="button" tabIndex={-1} onMouseDown={() => put(word)}>
                {word}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p id="filter-mistake" class="mistake" aria-live="polite">
        {mistake?.text}
      </p>
    </form>
  );
}

function mistakeOf(text: string): { readonly text: string } | undefined {
  try {
    parseFilter('runs', text);
    return undefined;
  } catch (error) {
    if (!isTidemarkError(error)) throw error;
    return { text: error.message };
  }
}
