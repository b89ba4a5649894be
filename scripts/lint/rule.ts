/** The types of oxlint's plugin interface, as far as it lets them out: through its tester of rules. */
import type { RuleTester } from "oxlint/plugins-dev";

/** A lint rule. */
export type Rule = Extract<Parameters<RuleTester["run"]>[1], { create: unknown }>;

/** What a rule knows of the file it looks at. */
export type Context = Parameters<Rule["create"]>[0];

/** A node of the file's syntax tree. */
export type Node = Parameters<Context["sourceCode"]["getScope"]>[0];
