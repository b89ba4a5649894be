/** What telemetry follows a change by: carried along, never decided upon, and absent from histories recorded without it. */
import { z } from "zod";
import { instantSchema, routeSchema } from "./order-change.ts";

/** A place in a trace: https://www.w3.org/TR/trace-context/#traceparent-header, version 00. */
export const traceparentSchema = z.string().regex(/^00-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/);

/** When a version of an order was first heard of (UTC), and by which route. */
export const heardSchema = z.object({ at: instantSchema, route: routeSchema });

/** The members that inputs of orchestrations and activities may have. */
export const tracedSchema = z.object({
  traceparent: traceparentSchema.exactOptional(),
  heard: heardSchema.exactOptional(),
});

export type Traced = z.infer<typeof tracedSchema>;

/** Only these members of an input, to pass on: what was absent stays absent, or an old history would not replay. */
export function toTraced({
  traceparent,
  heard,
}: {
  traceparent?: string | undefined;
  heard?: Traced["heard"] | undefined;
}): Traced {
  return { ...(traceparent === undefined ? {} : { traceparent }), ...(heard === undefined ? {} : { heard }) };
}
