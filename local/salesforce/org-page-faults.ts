/** The faults of the org as its page offers them: in words of people, in seconds and per cent. */
import { z } from "zod";
import { findOrderField, ORDER_FIELDS } from "./order-fields.ts";
import type { OrgFaults } from "./org-faults.ts";

const HOUR_MS = 3_600_000;
const durationMs = z.int().min(0).max(HOUR_MS);

/** Reads a change of faults; what is not named stays. */
export const faultChangeSchema = z
  .strictObject({
    unauthorized: z.enum(["no", "once", "always"]),
    requestLimit: z.boolean(),
    unavailable: z.int().min(0).max(10_000),
    invalidField: z
      .string()
      .refine((name) => findOrderField(name) !== undefined, "Order has no such field")
      .nullable(),
    expireLocators: z.boolean(),
    maintenancePage: z.boolean(),
    hangMs: durationMs,
    apiUsage: z.int().min(0).max(10_000_000).nullable(),
    visibilityDelayMs: durationMs,
    duplicateShare: z.number().min(0).max(1),
    reorder: z.boolean(),
    extraDelayMs: durationMs,
  } satisfies Record<keyof OrgFaults, z.ZodType>)
  .exactPartial();

/** How a person sets one fault. */
export type FaultControl = { readonly name: keyof OrgFaults; readonly label: string } & (
  | { readonly kind: "switch" }
  | { readonly kind: "choice"; readonly choices: readonly (readonly [value: string, label: string])[] }
  | {
      readonly kind: "number";
      readonly unit?: string;
      readonly max: number;
      /** What one of the unit is in the fault's own unit. */
      readonly scale: number;
      /** The box may be left empty, which stands for null. */
      readonly emptyMeans?: string;
    }
);

const HOUR_S = 3_600;
const HIDEABLE_FIELDS = ORDER_FIELDS.filter(({ name }) => name !== "Id").map(({ name }) => name);

/** The controls, in the groups in which the page shows them. */
export const FAULT_GROUPS: readonly { readonly title: string; readonly controls: readonly FaultControl[] }[] =
  [
    {
      title: "API calls",
      controls: [
        {
          name: "unauthorized",
          label: "Sessions are refused",
          kind: "choice",
          choices: [
            ["no", "no"],
            ["once", "once"],
            ["always", "always"],
          ],
        },
        { name: "requestLimit", label: "The daily limit of calls is reached", kind: "switch" },
        {
          name: "apiUsage",
          label: "Calls used, as the org reports them",
          kind: "number",
          max: 10_000_000,
          scale: 1,
          emptyMeans: "as counted",
        },
        {
          name: "unavailable",
          label: "The org is unavailable for the next",
          kind: "number",
          unit: "calls",
          max: 10_000,
          scale: 1,
        },
        { name: "maintenancePage", label: "A maintenance page answers instead", kind: "switch" },
        {
          name: "hangMs",
          label: "Every answer is late by",
          kind: "number",
          unit: "s",
          max: HOUR_S,
          scale: 1_000,
        },
        { name: "expireLocators", label: "Further pages of a query have expired", kind: "switch" },
        {
          name: "invalidField",
          label: "A field is hidden from the login",
          kind: "choice",
          choices: [["", "none"], ...HIDEABLE_FIELDS.map((name) => [name, name] as const)],
        },
        {
          name: "visibilityDelayMs",
          label: "Saves become visible to queries late, by",
          kind: "number",
          unit: "s",
          max: HOUR_S,
          scale: 1_000,
        },
      ],
    },
    {
      title: "Outbound messages",
      controls: [
        {
          name: "duplicateShare",
          label: "Sent twice",
          kind: "number",
          unit: "% of messages",
          max: 100,
          scale: 0.01,
        },
        { name: "reorder", label: "They leave in another order", kind: "switch" },
        {
          name: "extraDelayMs",
          label: "They leave late, by",
          kind: "number",
          unit: "s",
          max: HOUR_S,
          scale: 1_000,
        },
      ],
    },
  ];
