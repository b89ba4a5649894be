/** A live line to the hub: one connection, started once; the bell opens a new one when it breaks. */

/** What the hub calls: one notification, one summary after quiet hours, what another device of the person said. */
export type HubMethod = "notification" | "digest" | "receipts";

/** What the bell needs of a connection; tests bring their own. */
export interface PushConnection {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** `listener` gets the one argument of a method that the hub calls, unparsed. */
  on(method: HubMethod, listener: (argument: unknown) => void): void;
  onClose(listener: () => void): void;
}

/**
 * Opens the line through Azure SignalR Service: `POST <baseUrl>/api/negotiate` says where.
 *
 * The library's own reconnection is not used: it cannot be hurried when the network comes back, and ends for good when
 * the first start fails. The library is loaded here, late, because a page shows the inbox before it needs a line.
 */
export async function createSignalRConnection(baseUrl: string): Promise<PushConnection> {
  const { HubConnectionBuilder, LogLevel } = await import("@microsoft/signalr");
  const hub = new HubConnectionBuilder().withUrl(`${baseUrl}/api`).configureLogging(LogLevel.None).build();
  return {
    start: () => hub.start(),
    stop: () => hub.stop(),
    on: (method, listener) => hub.on(method, listener),
    onClose: (listener) => hub.onclose(() => listener()),
  };
}
