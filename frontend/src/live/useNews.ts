/** New entries as they come, over one EventSource; it reconnects by itself and asks for what it missed. */

import { useEffect, useRef, useState } from 'react';
import type { Entry } from '../api/types';

/** What is told: that news comes from now on, a new entry, or that the books must be read again. */
export interface Listener {
  /** What was read before this may lack entries that nobody told of. */
  readonly onOpen: () => void;
  readonly onEntry: (entry: Entry) => void;
  readonly onHead: () => void;
  readonly onReset: () => void;
}

/** Listen while mounted; returns whether the stream is open. */
export function useNews(listener: Listener): boolean {
  const [open, setOpen] = useState(false);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });

  useEffect(() => {
    const source = new EventSource('/api/v1/events');
    source.addEventListener('open', () => {
      setOpen(true);
      latest.current.onOpen();
    });
    source.addEventListener('error', () => setOpen(false));
    source.addEventListener('entry', (event) => latest.current.onEntry(JSON.parse(event.data) as Entry));
    source.addEventListener('head', () => latest.current.onHead());
    source.addEventListener('reset', () => latest.current.onReset());
    return () => source.close();
  }, []);

  return open;
}

/** `entries` with a new one in its place: newest first, each number once, at most `most`. */
export function withEntry(entries: readonly Entry[], entry: Entry, most: number): Entry[] {
  const others = entries.filter(({ number }) => number !== entry.number);
  return [...others, entry].sort((one, other) => other.number - one.number).slice(0, most);
}

/** A page as it was read, with the news it lacks: an answer may be older than what was told while it was on its way. */
export function withNews(page: readonly Entry[], news: readonly Entry[], most: number): Entry[] {
  const read = new Set(page.map(({ number }) => number));
  const lacking = news.filter(({ number }) => !read.has(number));
  return lacking.reduce((entries: Entry[], entry) => withEntry(entries, entry, most), [...page]);
}
