import { createContext } from "preact";
import type { ScopeLabelMap } from "./scope-words.ts";

/** The names of the scopes that this person may follow. */
export const ScopeLabels = createContext<ScopeLabelMap>(new Map());
