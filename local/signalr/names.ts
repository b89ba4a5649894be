/** The service's limits on names: swagger 2022-06-01 in Azure/azure-signalr, docs/swagger. */
import { z } from "zod";

const namePattern = z.string().regex(/^[A-Za-z][A-Za-z0-9_`,.[\]]{0,127}$/, "is not a valid name");

/** A hub name as it is kept: names differ not by case. */
export const hubNameSchema = namePattern.transform((name) => name.toLowerCase());

/** An application name, which prefixes the hub's. */
export const applicationSchema = hubNameSchema;

/** A group name: 1 to 1,024 characters, not only white space; names differ by case. */
export const groupNameSchema = z.string().min(1).max(1024).regex(/\S/, "must not be only white space");
