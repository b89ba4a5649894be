/** Zod schemas as the schemas of OpenAPI 3.1, which are JSON Schema. */
import { z } from "zod";

/** Part of a document. */
export type Json = { [name: string]: unknown };

/** Schemas that stand once in a document, by their names; whatever holds one refers to it. */
export type NamedSchemas = ReturnType<typeof z.registry<{ id: string }>>;

type Override = { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema };

/** Answers may come to hold more: only what a strict schema closes is closed. A date says by its format what it is. */
function simplify({ zodSchema, jsonSchema }: Override): void {
  if (zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined) {
    delete jsonSchema.additionalProperties;
  }
  if (jsonSchema.format === "date-time" || jsonSchema.format === "date") delete jsonSchema.pattern;
}

/** What is to be sent (`input`, before defaults), or what comes (`output`). */
export function toJsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...json } = z.toJSONSchema<z.ZodType>(schema, { io, override: simplify });
  return json;
}

/** Where a named schema stands. */
export function toReference(id: string): string {
  return `#/components/schemas/${id}`;
}

/** All named schemas, as answers bring them. */
export function toNamedSchemas(named: NamedSchemas): Json {
  const { schemas } = z.toJSONSchema(named, { io: "output", override: simplify, uri: toReference });
  const bare = Object.entries(schemas).map(([id, { $schema: _, $id: __, ...json }]): [string, Json] => [
    id,
    json,
  ]);
  return Object.fromEntries<Json>(bare.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
