/** What a route answers: its own answers, and those of every route of its kind. */
import { problemSchema } from "./answers.ts";
import type { Answer, Operation } from "./operation.ts";
import { type Json, type NamedSchemas, toReference } from "./to-json-schema.ts";

/** By status; every schema of an answer is a named one. */
export function toResponses(operation: Operation, named: NamedSchemas): Json {
  const responses: Json = {};
  for (const [status, kind] of Object.entries(toCommonAnswers(operation))) {
    responses[status] = { $ref: `#/components/responses/${kind}` };
  }
  for (const [status, answer] of Object.entries(operation.answers)) {
    responses[status] = toResponse(answer, named);
  }
  return responses;
}

/** The answers that many routes share. */
export function toCommonResponses(named: NamedSchemas): Json {
  const responses = Object.entries(COMMON).map(([kind, answer]): [string, Json] => [
    kind,
    toResponse(answer, named),
  ]);
  return Object.fromEntries<Json>(responses);
}

type Common = "Unfit" | "NotSignedIn" | "NoKey" | "Forbidden" | "OtherType" | "Failed" | "Unavailable";

const COMMON: Readonly<Record<Common, Answer>> = {
  Unfit: toProblem("The request does not fit; `errors` names the places."),
  NotSignedIn: { description: "Not signed in; told by App Service." },
  NoKey: { description: "No key, or a wrong one; told by the host." },
  Forbidden: toProblem("The caller, or the page they look at, may not do this."),
  OtherType: toProblem("The body is of another type."),
  Failed: toProblem("Something went wrong here."),
  Unavailable: toProblem("Something that is needed does not answer, or App Service Authentication is off."),
};

function toProblem(description: string): Answer {
  return { description, schema: problemSchema, types: ["application/problem+json"] };
}

function toCommonAnswers({ audience, method, parameters, body }: Operation): Record<number, Common> {
  if (audience === "anyone") return {};
  if (audience === "salesforce") return { 401: "NoKey" };
  const mayForbid = audience !== "signedIn" || method !== "get";
  return {
    ...(parameters || body ? { 400: "Unfit" } : {}),
    401: "NotSignedIn",
    ...(mayForbid ? { 403: "Forbidden" } : {}),
    ...(body ? { 415: "OtherType" } : {}),
    500: "Failed",
    503: "Unavailable",
  };
}

function toResponse({ description, schema, types, headers }: Answer, named: NamedSchemas): Json {
  const id = schema && named.get(schema)?.id;
  const json = id === undefined ? { type: "string" } : { $ref: toReference(id) };
  const content = types ?? (schema ? ["application/json"] : []);
  return {
    description,
    ...(headers === undefined ? {} : { headers: toHeaders(headers) }),
    ...(content.length === 0
      ? {}
      : { content: Object.fromEntries<Json>(content.map((type) => [type, { schema: json }])) }),
  };
}

function toHeaders(headers: Readonly<Record<string, string>>): Json {
  const described = Object.entries(headers).map(([name, description]): [string, Json] => [
    name,
    { description, schema: { type: "string" } },
  ]);
  return Object.fromEntries<Json>(described);
}
