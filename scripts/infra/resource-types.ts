/**
 * The types of Azure resources, as Azure/bicep-types-az publishes them: per provider and version a `types.json`, an array
 * of types that refer to each other by `#/index`. Property flags: 1 required, 2 read-only.
 * Format: github.com/Azure/bicep-types, src/bicep-types/src/types.ts.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const reference = z
  .object({ $ref: z.string().regex(/^#\/\d+$/) })
  .transform(({ $ref }) => Number($ref.slice(2)));
const properties = z.record(z.string(), z.object({ type: reference, flags: z.int() }));
const additionalProperties = reference.optional();

const typeSchema = z.discriminatedUnion("$type", [
  z.object({ $type: z.enum(["AnyType", "BooleanType", "IntegerType", "ResourceFunctionType"]) }),
  z.object({
    $type: z.literal("StringType"),
    pattern: z.string().optional(),
    minLength: z.int().optional(),
    maxLength: z.int().optional(),
  }),
  z.object({ $type: z.literal("StringLiteralType"), value: z.string() }),
  z.object({ $type: z.literal("UnionType"), elements: z.array(reference) }),
  z.object({ $type: z.literal("ArrayType"), itemType: reference }),
  z.object({ $type: z.literal("ObjectType"), name: z.string(), properties, additionalProperties }),
  z.object({
    $type: z.literal("DiscriminatedObjectType"),
    name: z.string(),
    discriminator: z.string(),
    baseProperties: properties,
    elements: z.record(z.string(), reference),
  }),
  z.object({ $type: z.literal("ResourceType"), name: z.string(), body: reference }),
]);

/** One type; what it refers to is an index into the same file. */
export type AzureType = z.infer<typeof typeSchema>;

/** The type of an object's properties. */
export type AzureObject = Extract<AzureType, { $type: "ObjectType" }>;

/** A type and the file it stands in, so that its references can be followed. */
export type TypeAt = { type: AzureType; follow(index: number): TypeAt };

/** All resource types of a folder, by `Provider/type@version`. */
export type ResourceTypes = ReadonlyMap<string, TypeAt>;

/** Reads every types.json below `folder`; null where there is no such folder. */
export function readResourceTypes(folder: string): ResourceTypes | null {
  if (!existsSync(folder)) return null;
  const found = new Map<string, TypeAt>();
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith("types.json")) continue;
    const types = z.array(typeSchema).parse(JSON.parse(readFileSync(join(folder, path), "utf8")));
    const follow = (index: number): TypeAt => {
      const type = types[index];
      if (!type) throw new RangeError(`${path} has no type #/${index}`);
      return { type, follow };
    };
    for (const type of types) {
      if (type.$type === "ResourceType") found.set(type.name, follow(type.body));
    }
  }
  return found;
}

/** Whether a property must be given. */
export function isRequired(flags: number): boolean {
  return (flags & 1) !== 0;
}

/** Whether only Azure sets a property. */
export function isReadOnly(flags: number): boolean {
  return (flags & 2) !== 0;
}
