/** The small organisation that a first start finds: three people, two accounts, a group. */
import type { LocalPerson } from "../auth/sign-in-page.ts";

/** The organisation that `local.settings.sample.json` allows. */
export const DEMO_ORGANIZATION_ID = "00D000000000001EAA";

export const ACME = { id: "001000000000001AAA", name: "Acme" };
export const GLOBEX = { id: "001000000000002AAA", name: "Globex" };

/** The people on the sign-in form. */
export const DEMO_PEOPLE: readonly LocalPerson[] = [
  { userId: "ada", name: "Ada", roles: [], description: "Account manager, follows Acme" },
  { userId: "grace", name: "Grace", roles: [], description: "Account manager, follows Globex" },
  {
    userId: "linus",
    name: "Linus",
    roles: ["OrderBell.Admin", "OrderBell.Auditor"],
    description: "Runs sales operations; in the group sales-leads, which hears of every activated order",
  },
];

/** What each person may follow, and follows. */
export const DEMO_GRANTS = [
  { userId: "ada", account: ACME, subscribed: true },
  { userId: "ada", account: GLOBEX, subscribed: false },
  { userId: "grace", account: GLOBEX, subscribed: true },
] as const;

export const DEMO_GROUP = { group: "sales-leads", members: ["linus"] } as const;

const DRAFT = { Status: "Draft", EffectiveDate: "2026-11-22" } as const;

/** The orders that stand in the simulated org from the first start. */
export const DEMO_ORDERS = [
  { ...DRAFT, AccountId: ACME.id, TotalAmount: 1100, Region__c: "EMEA" },
  { ...DRAFT, AccountId: ACME.id, TotalAmount: 480.5, Region__c: "EMEA" },
  { ...DRAFT, AccountId: GLOBEX.id, TotalAmount: 25_000, Region__c: "AMER" },
] as const;
