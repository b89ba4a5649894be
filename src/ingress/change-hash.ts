/**
 * The digest that makes two reports of the same version of an order the same change.
 *
 * It is stored for years and computed by both routes, so its input is fixed: the UTF-8 bytes of
 * `JSON.stringify(["orderbell-change-1", orderId, systemModstamp, [[name, value], …]])`, where the pairs are the core
 * fields sorted by name in UTF-16 code units and value is a string or null. SHA-256, base64url, first 22 characters
 * (132 bits). Another input needs another first element.
 *
 * Values enter in a form that does not depend on the route (domain/route-free-form).
 */
import { createHash } from "node:crypto";
import type { FieldValues } from "../domain/order-change.ts";
import { toRouteFreeForm } from "../domain/route-free-form.ts";

/** Digests one version of an order; `coreFields` are canonical and hold null where Salesforce has nothing. */
export function toChangeHash(orderId: string, systemModstamp: string, coreFields: FieldValues): string {
  const pairs = Object.entries(coreFields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, value === null ? null : toRouteFreeForm(value)]);
  const input = JSON.stringify(["orderbell-change-1", orderId, systemModstamp, pairs]);
  return createHash("sha256").update(input, "utf8").digest("base64url").slice(0, 22);
}
