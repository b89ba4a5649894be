import { useCallback, useEffect, useState } from "preact/hooks";

/** Something a person asked for: not yet, under way, done, or failed. */
export type TaskState<T> =
  | { readonly kind: "idle" }
  | { readonly kind: "running" }
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly error: unknown };

/** Runs `run` when asked, once at a time; it ends with the part of the page that asked. */
export function useTask<T>(run: (signal: AbortSignal) => Promise<T>): {
  task: TaskState<T>;
  start: () => void;
} {
  const [task, setTask] = useState<TaskState<T>>({ kind: "idle" });
  /** How often it was asked for. */
  const [serial, setSerial] = useState(0);
  useEffect(() => {
    if (serial === 0) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    setTask({ kind: "running" });
    run(signal).then(
      (value) => signal.aborted || setTask({ kind: "done", value }),
      (error: unknown) => signal.aborted || setTask({ kind: "failed", error }),
    );
    return () => controller.abort();
  }, [run, serial]);
  const start = useCallback(() => setSerial((before) => before + 1), []);
  return { task, start };
}
