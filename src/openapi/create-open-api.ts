/** The description of the HTTP API, made from the schemas that the app itself parses and answers with: OpenAPI 3.1. */
import { z } from "zod";
import { reasonSchema } from "../domain/audience.ts";
import { inboxItemSchema } from "../domain/notification.ts";
import { orderChangeSchema } from "../domain/order-change.ts";
import { subscriptionSchema, targetSchema } from "../domain/subscription.ts";
import { transitionSchema } from "../domain/transition.ts";
import { ADMIN_OPERATIONS } from "./admin-operations.ts";
import { ownSubscriptionSchema, problemSchema } from "./answers.ts";
import { AUDIT_OPERATIONS } from "./audit-operations.ts";
import { OPEN_OPERATIONS } from "./open-operations.ts";
import type { Audience, Body, Operation } from "./operation.ts";
import { OWN_OPERATIONS } from "./own-operations.ts";
import { type Json, type NamedSchemas, toJsonSchema, toNamedSchemas } from "./to-json-schema.ts";
import { toCommonResponses, toResponses } from "./to-responses.ts";

/** The version of the API: that of the package. */
const VERSION = "0.1.0";

const OPERATIONS = [...OWN_OPERATIONS, ...ADMIN_OPERATIONS, ...AUDIT_OPERATIONS, ...OPEN_OPERATIONS];

/** What several answers hold; the answers themselves are named after their operations. */
const SHARED = {
  InboxItem: inboxItemSchema,
  OrderChange: orderChangeSchema,
  OwnSubscription: ownSubscriptionSchema,
  Problem: problemSchema,
  Reason: reasonSchema,
  Subscription: subscriptionSchema,
  Target: targetSchema,
  Transition: transitionSchema,
};

/** Every route, with whoever may call it, what it takes and all that it answers. */
export function createOpenApi(): Json {
  const named = nameSchemas();
  const paths: Record<string, Json> = {};
  for (const operation of OPERATIONS) {
    const described = toOperation(operation, named);
    paths[operation.path] = { ...paths[operation.path], [operation.method]: described };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "OrderBell",
      version: VERSION,
      description:
        "Tells the right signed-in people that an order changed in Salesforce. What changes state is taken from pages of this origin and of those that are allowed, and from programs.",
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: toNamedSchemas(named),
      responses: toCommonResponses(named),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function nameSchemas(): NamedSchemas {
  const named = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SHARED)) named.add(schema, { id });
  for (const { id, answers } of OPERATIONS) {
    for (const { schema } of Object.values(answers)) {
      if (schema && !named.has(schema)) named.add(schema, { id: `${id}Answer` });
    }
  }
  return named;
}

const SECURITY_SCHEMES = {
  session: {
    type: "apiKey",
    in: "cookie",
    name: "AppServiceAuthSession",
    description:
      "The session of App Service Authentication; the roles are app roles of the identity provider.",
  },
  functionKey: {
    type: "apiKey",
    in: "query",
    name: "code",
    description: "A function key; the header `x-functions-key` takes it, too.",
  },
};

function toSecurity(audience: Audience): Json[] {
  switch (audience) {
    case "anyone":
      return [];
    case "salesforce":
      return [{ functionKey: [] }];
    case "signedIn":
      return [{ session: [] }];
    case "OrderBell.Admin":
    case "OrderBell.Auditor":
      return [{ session: [audience] }];
  }
}

function toOperation(operation: Operation, named: NamedSchemas): Json {
  const { id, summary, audience, path, parameters, body } = operation;
  return {
    operationId: id,
    summary,
    security: toSecurity(audience),
    ...(parameters === undefined ? {} : { parameters: toParameters(path, parameters) }),
    ...(body === undefined ? {} : { requestBody: toRequestBody(body) }),
    responses: toResponses(operation, named),
  };
}

const objectSchema = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
  required: z.array(z.string()).default([]),
});

/** What the template names stands in the path, everything else in the query. */
function toParameters(path: string, parameters: z.ZodType): Json[] {
  const { properties, required } = objectSchema.parse(toJsonSchema(parameters, "input"));
  return Object.entries(properties).map(([name, schema]) => {
    const isInPath = path.includes(`{${name}}`);
    return { name, in: isInPath ? "path" : "query", required: isInPath || required.includes(name), schema };
  });
}

function toRequestBody({ types, schema, isRequired, description }: Body): Json {
  const json = schema && toJsonSchema(schema, "input");
  const content = types.map((type): [string, Json] => {
    if (json === undefined) return [type, { schema: { type: "string" } }];
    if (type === "application/json") return [type, { schema: json }];
    return [type, { schema: { type: "string" }, "x-line-schema": json }];
  });
  return {
    required: isRequired,
    ...(description === undefined ? {} : { description }),
    content: Object.fromEntries<Json>(content),
  };
}
