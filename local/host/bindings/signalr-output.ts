/**
 * The `signalR` output binding: messages and group actions, one or an array, sent one after another; the first failure
 * ends it and fails the invocation.
 *
 * Source: SignalRMessage, SignalRGroupAction, SignalROutputConverter and SignalRAsyncCollector of the Functions
 * extension (Azure/azure-sdk-for-net, sdk/signalr). As there, a message without connection, user and group goes to
 * EVERY connection of the hub.
 */
import { z } from "zod";
import { callSignalR, type SignalRCall } from "./signalr-client.ts";

/** What a function put into a signalR output cannot be sent; the message never quotes it. */
export class SignalROutputError extends Error {
  override readonly name = "SignalROutputError";
}

/** Newtonsoft turns numbers into text where text is wanted. */
const textSchema = z.union([z.string(), z.number().transform(String)]).nullish();

const messageSchema = z.object({
  target: z.string().min(1),
  arguments: z.array(z.unknown()),
  connectionid: textSchema,
  userid: textSchema,
  groupname: textSchema,
});

const groupActionSchema = z.object({
  action: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["add", "remove", "removeall"])),
  connectionid: textSchema,
  userid: textSchema,
  groupname: textSchema,
});

/** Sends the value of one output binding. */
export async function writeSignalROutput(
  connectionString: string,
  hub: string,
  value: unknown,
): Promise<void> {
  for (const item of toItems(value)) {
    const call = toCall(item);
    if (call !== null) await callSignalR(connectionString, hub, call);
  }
}

function toItems(value: unknown): unknown[] {
  const parsed = typeof value === "string" ? parseText(value) : value;
  return Array.isArray(parsed) ? parsed : [parsed];
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SignalROutputError("Unable to convert text to a SignalR message: it is not JSON.");
  }
}

/** Null: an action the extension passes over. */
function toCall(item: unknown): SignalRCall | null {
  const fields = withLowerCaseNames(item);
  const message = messageSchema.safeParse(fields);
  if (message.success) return toSendCall(message.data);
  const action = groupActionSchema.safeParse(fields);
  if (action.success) return toGroupCall(action.data);
  throw new SignalROutputError("Unable to convert JObject to valid output binding type, check parameters.");
}

function toSendCall(message: z.infer<typeof messageSchema>): SignalRCall {
  return {
    kind: "send",
    path: `${toRecipientPath(message)}/:send`,
    target: message.target,
    args: message.arguments,
  };
}

function toRecipientPath(message: z.infer<typeof messageSchema>): string {
  if (message.connectionid) return `/connections/${encodeURIComponent(message.connectionid)}`;
  if (message.userid) return `/users/${encodeURIComponent(message.userid)}`;
  if (message.groupname) return `/groups/${encodeURIComponent(message.groupname)}`;
  return "";
}

function toGroupCall(action: z.infer<typeof groupActionSchema>): SignalRCall | null {
  if (action.connectionid) return toConnectionGroupCall(action, encodeURIComponent(action.connectionid));
  if (action.userid) return toUserGroupCall(action, encodeURIComponent(action.userid));
  throw new SignalROutputError("ConnectionId and UserId cannot be null or empty together");
}

function toConnectionGroupCall(
  action: z.infer<typeof groupActionSchema>,
  connection: string,
): SignalRCall | null {
  switch (action.action) {
    case "add":
      return {
        kind: "manage",
        method: "PUT",
        path: `/groups/${toGroup(action)}/connections/${connection}`,
        toleratedErrorCode: "Error.Connection.NotExisted",
      };
    case "remove":
      return {
        kind: "manage",
        method: "DELETE",
        path: `/groups/${toGroup(action)}/connections/${connection}`,
      };
    case "removeall":
      return null;
  }
}

function toUserGroupCall(action: z.infer<typeof groupActionSchema>, user: string): SignalRCall {
  switch (action.action) {
    case "add":
      return { kind: "manage", method: "PUT", path: `/users/${user}/groups/${toGroup(action)}` };
    case "remove":
      return { kind: "manage", method: "DELETE", path: `/users/${user}/groups/${toGroup(action)}` };
    case "removeall":
      return { kind: "manage", method: "DELETE", path: `/users/${user}/groups` };
  }
}

function toGroup(action: z.infer<typeof groupActionSchema>): string {
  if (!action.groupname) throw new SignalROutputError("A group action needs a groupName");
  return encodeURIComponent(action.groupname);
}

/** Newtonsoft finds properties in any letter case. */
function withLowerCaseNames(item: unknown): unknown {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name.toLowerCase(), value]));
}
