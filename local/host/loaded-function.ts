/** What an app registered, as the host sees it. */
import { z } from "zod";

const bindingSchema = z.looseObject({
  type: z.string().min(1),
  direction: z.enum(["in", "out"]),
});

/** Function metadata as `@azure/functions` hands it to `registerFunction`. */
export const functionMetadataSchema = z.looseObject({
  name: z.string().min(1),
  functionId: z.string().optional(),
  bindings: z.record(z.string().min(1), bindingSchema),
  retryOptions: z.unknown(),
});

/** One trigger, input or output of a function, with whatever fields its type knows. */
export type FunctionBinding = z.infer<typeof bindingSchema> & { name: string };

/** A registered function. */
export interface LoadedFunction {
  readonly name: string;
  readonly trigger: FunctionBinding;
  /** All bindings, the trigger included. */
  readonly bindings: readonly FunctionBinding[];
  /** The app wants failed runs to be repeated by the host. */
  readonly hasRetryPolicy: boolean;
}

/** The name of the output binding that takes the handler's return value. */
export const RETURN_BINDING = "$return";

/** True when the binding has this type, in whatever letter case it was written. */
export function isType(binding: FunctionBinding, type: string): boolean {
  return binding.type.toLowerCase() === type.toLowerCase();
}

/** Makes a `LoadedFunction` of parsed metadata. */
export function toLoadedFunction(metadata: z.infer<typeof functionMetadataSchema>): LoadedFunction {
  const bindings = Object.entries(metadata.bindings).map(([name, binding]) => ({ ...binding, name }));
  const trigger = bindings.find((binding) => /trigger$/i.test(binding.type));
  if (trigger === undefined) throw new Error(`the function '${metadata.name}' has no trigger`);
  const hasRetryPolicy = metadata.retryOptions !== undefined && metadata.retryOptions !== null;
  return { name: metadata.name, trigger, bindings, hasRetryPolicy };
}
