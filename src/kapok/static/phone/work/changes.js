// Who wants to know that something changed.

const listeners = new Set();

/** Call `listener(what)` on every change; the answer ends it. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tell(what) {
  for (const listener of [...listeners]) listener(what);
}
