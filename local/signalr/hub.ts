/** Who is connected to one hub, as which user, in which groups. All in memory; memberships of users live in user-groups.ts. */

/** What a hub knows of a connection. */
export interface HubConnection {
  readonly id: string;
  readonly userId: string | undefined;
  /** Sends one frame of `toTextFrame`. */
  send(frame: Buffer): void;
  /** Ends the connection; a client told `allowReconnect` comes back by itself. */
  close(o: { error?: string | undefined; allowReconnect: boolean }): void;
}

/** The connections a call is about. */
export type Audience =
  | { kind: "all" }
  | { kind: "user"; userId: string }
  | { kind: "group"; group: string }
  | { kind: "connection"; connectionId: string };

/** How much is connected to one hub. */
export interface ConnectionCount {
  readonly hub: string;
  readonly connections: number;
  readonly users: number;
  readonly groups: number;
}

/** The connections of one hub. */
export class Hub {
  readonly #connections = new Map<string, HubConnection>();
  readonly #byUser = new Map<string, Set<HubConnection>>();
  readonly #byGroup = new Map<string, Set<HubConnection>>();
  readonly #groupsOf = new Map<HubConnection, Set<string>>();

  get isEmpty(): boolean {
    return this.#connections.size === 0;
  }

  /** Its connections, users and groups as they are now. */
  count(): Omit<ConnectionCount, "hub"> {
    return {
      connections: this.#connections.size,
      users: this.#byUser.size,
      groups: this.#byGroup.size,
    };
  }

  /** Adds a connection and puts it into `groups`. */
  join(connection: HubConnection, groups: Iterable<string>): void {
    this.#connections.set(connection.id, connection);
    if (connection.userId !== undefined) addTo(this.#byUser, connection.userId, connection);
    for (const group of groups) this.#enter(connection, group);
  }

  /** Forgets a connection, and with it its places in groups. */
  leave(connection: HubConnection): void {
    this.#connections.delete(connection.id);
    if (connection.userId !== undefined) removeFrom(this.#byUser, connection.userId, connection);
    this.#exitAll(connection);
  }

  /** The connections of an audience, as they are now. */
  connectionsOf(audience: Audience): HubConnection[] {
    switch (audience.kind) {
      case "all":
        return [...this.#connections.values()];
      case "user":
        return [...(this.#byUser.get(audience.userId) ?? [])];
      case "group":
        return [...(this.#byGroup.get(audience.group) ?? [])];
      case "connection": {
        const connection = this.#connections.get(audience.connectionId);
        return connection ? [connection] : [];
      }
    }
  }

  /** Whether anyone of the audience is connected. */
  has(audience: Audience): boolean {
    return this.connectionsOf(audience).length > 0;
  }

  /** Whether any connection of the user is in the group. */
  hasUserInGroup(userId: string, group: string): boolean {
    return this.connectionsOf({ kind: "user", userId }).some((connection) => this.#isIn(connection, group));
  }

  /** Puts the audience's present connections into a group; tells whether there were any. */
  addToGroup(audience: Audience, group: string): boolean {
    const connections = this.connectionsOf(audience);
    for (const connection of connections) this.#enter(connection, group);
    return connections.length > 0;
  }

  /** Takes the audience's present connections out of a group; tells whether any was in it. */
  removeFromGroup(audience: Audience, group: string): boolean {
    const members = this.connectionsOf(audience).filter((connection) => this.#isIn(connection, group));
    for (const connection of members) this.#exit(connection, group);
    return members.length > 0;
  }

  /** Takes the audience's present connections out of all groups. */
  removeFromAllGroups(audience: Audience): void {
    for (const connection of this.connectionsOf(audience)) this.#exitAll(connection);
  }

  #isIn(connection: HubConnection, group: string): boolean {
    return this.#byGroup.get(group)?.has(connection) === true;
  }

  #enter(connection: HubConnection, group: string): void {
    addTo(this.#byGroup, group, connection);
    addTo(this.#groupsOf, connection, group);
  }

  #exit(connection: HubConnection, group: string): void {
    removeFrom(this.#byGroup, group, connection);
    removeFrom(this.#groupsOf, connection, group);
  }

  #exitAll(connection: HubConnection): void {
    for (const group of this.#groupsOf.get(connection) ?? []) this.#exit(connection, group);
  }
}

/** The hubs that have connections. */
export class Hubs {
  readonly #hubs = new Map<string, Hub>();

  /** The hub of that name; an empty one when nobody is connected to it. */
  get(name: string): Hub {
    return this.#hubs.get(name) ?? new Hub();
  }

  /** The size of every hub that has connections, by name. */
  counts(): ConnectionCount[] {
    return [...this.#hubs]
      .map(([hub, connected]) => ({ hub, ...connected.count() }))
      .sort((a, b) => (a.hub < b.hub ? -1 : 1));
  }

  /** Adds a connection to the hub of that name. */
  join(name: string, connection: HubConnection, groups: Iterable<string>): void {
    const hub = this.get(name);
    this.#hubs.set(name, hub);
    hub.join(connection, groups);
  }

  /** Removes a connection, and the hub with its last one. */
  leave(name: string, connection: HubConnection): void {
    const hub = this.get(name);
    hub.leave(connection);
    if (hub.isEmpty) this.#hubs.delete(name);
  }
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function removeFrom<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set?.delete(value) && set.size === 0) sets.delete(key);
}
