/** Who looked at what an audit shows. */
import { z } from "zod";
import { instantSchema } from "./order-change.ts";

/** One access: when (UTC), by whom, what they did, and to what (an instance id, an order id or a query). */
export const auditAccessSchema = z.object({
  at: instantSchema,
  userId: z.string(),
  action: z.string(),
  subject: z.string(),
});

/** The answer of `GET /api/audit/accesses`: the accesses of a UTC day, oldest first; `next` is the cursor for `after`. */
export const auditAccessesSchema = z.object({
  items: z.array(auditAccessSchema),
  next: z.string().nullable(),
});

/** Where a listing goes on: the instant of an access, and what tells it from others of that instant. */
export const accessCursorSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z_[\da-f-]{36}$/, "is not the `next` of an earlier answer");

/** Where the changes of an order go on: the stamp and the hash of the last change of a page. */
export const changeCursorSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z_[\w-]{22}$/, "is not the `next` of an earlier answer");

export type AuditAccess = z.infer<typeof auditAccessSchema>;
