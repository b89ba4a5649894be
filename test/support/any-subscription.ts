/** Arbitrary subscriptions, with every character that a form has to escape. */
import fc from "fast-check";
import { prioritySchema, type Subscription } from "../../src/domain/subscription.ts";
import { transitionKindSchema } from "../../src/domain/transition.ts";

const unit = fc.constantFrom(..."abZ09 ;,=\\\"'+-@|/#?%üж😀".split(/(?:)/u));
export const anyText = fc.string({ unit, minLength: 1, maxLength: 12 });
const name = fc.stringMatching(/^[A-Za-z]\w{0,10}$/);
const salesforceId = fc.stringMatching(/^[a-zA-Z0-9]{15}$/);
const principalId = anyText.map((id) => `x${id.trim()}`);

export const anyScope = fc.oneof(
  fc.constant("all"),
  salesforceId.map((id) => `order:801${id}`),
  salesforceId.map((id) => `account:001${id}`),
  salesforceId.map((id) => `owner:005${id}`),
  fc.tuple(name, anyText).map(([field, value]) => `field:${field}=${value}`),
);

const anyTarget = fc.oneof(
  principalId.map((userId) => ({ kind: "user", userId }) as const),
  principalId.map((group) => ({ kind: "group", group }) as const),
);

const anyRules = fc
  .record(
    {
      transitions: fc.subarray(transitionKindSchema.options, { minLength: 1 }),
      statuses: fc.array(anyText, { minLength: 1, maxLength: 4 }),
      minimumAmount: fc.stringMatching(/^-?\d{1,16}(\.\d{1,8})?$/),
      fieldEquals: fc.dictionary(name, anyText, { maxKeys: 5, minKeys: 1, noNullPrototype: true }),
      priority: fc.constantFrom(...prioritySchema.options),
      escalate: fc.record({ afterMinutes: fc.integer({ min: 1, max: 1_440 }), group: principalId }),
    },
    { requiredKeys: ["priority"] },
  )
  .map(({ escalate, ...rules }): Subscription["rules"] =>
    escalate === undefined ? rules : { ...rules, priority: "high", escalate },
  );

export const anySubscription: fc.Arbitrary<Subscription> = fc.record({
  scope: anyScope,
  target: anyTarget,
  rules: anyRules,
});
