import { createContext } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";
import { fromQuery, type Subject, toSubjectHref } from "./subject.ts";

/** What the page's address names, and a way to another subject that the browser's Back undoes. */
export function useSubject(): { subject: Subject; show: (subject: Subject) => void } {
  const [subject, setSubject] = useState(() => fromQuery(location.search));
  useEffect(() => {
    const follow = (): void => setSubject(fromQuery(location.search));
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  const show = useCallback((next: Subject): void => {
    history.pushState(null, "", toSubjectHref(next));
    setSubject(next);
    scrollTo(0, 0);
  }, []);
  return { subject, show };
}

/** How the parts of the page lead to another subject. */
export const ShowSubject = createContext<(subject: Subject) => void>(() => {});

/** What a link calls when it is clicked plainly; a new tab or window is the browser's business. */
export function useSubjectClick(subject: Subject): (event: MouseEvent) => void {
  const show = useContext(ShowSubject);
  return (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(subject);
  };
}
