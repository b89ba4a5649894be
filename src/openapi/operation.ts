/** What is said of one route: who may call it, what it is asked, and what it answers. */
import type { z } from "zod";
import type { Role } from "../identity/caller.ts";

/** Who may call: anyone; Salesforce, with the function key; who is signed in; who has a role besides. */
export type Audience = "anyone" | "salesforce" | "signedIn" | Role;

/** One answer; without `schema` and `type` it has no body. */
export interface Answer {
  description: string;
  schema?: z.ZodType;
  /** `application/json` where there is a schema and nothing is said. */
  types?: readonly string[];
  /** Headers of the answer and what each says. */
  headers?: Readonly<Record<string, string>>;
}

/** The body of a request; `schema` is that of the whole body if it is JSON, else of one line. */
export interface Body {
  types: readonly string[];
  schema?: z.ZodType;
  /** Without it an absent body is `{}`. */
  isRequired: boolean;
  description?: string;
}

/** One route and one method of it. */
export interface Operation {
  /** The name of the function that answers. */
  id: string;
  method: "get" | "put" | "post" | "delete";
  /** As OpenAPI writes it. */
  path: string;
  summary: string;
  audience: Audience;
  /** Whatever stands in the path and in the query, by the schemas that the function parses them with. */
  parameters?: z.ZodType;
  body?: Body;
  /** By status; what every route of its kind answers besides is added from `audience`, `parameters` and `body`. */
  answers: Readonly<Record<number, Answer>>;
}

/** A body of JSON. */
export function jsonBody(schema: z.ZodType, isRequired = true): Body {
  return { types: ["application/json"], schema, isRequired };
}

/** An answer of JSON. */
export function jsonAnswer(schema: z.ZodType, description: string): Answer {
  return { schema, description };
}

/** 204: done, nothing to say. */
export const DONE: Readonly<Record<number, Answer>> = { 204: { description: "Done." } };
