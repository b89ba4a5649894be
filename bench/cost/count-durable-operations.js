// @ts-check
/**
 * What the histories of one order cost on Azure Storage, Durable Functions' default backend: requests, because each is
 * billed as one transaction and so is an entity-group transaction
 * (learn.microsoft.com/archive/blogs/windowsazurestorage/understanding-windows-azure-storage-billing-bandwidth-transactions-and-capacity).
 * The rules are those of Azure/durabletask, src/DurableTask.AzureStorage:
 *
 * - Start by a client: the instance row is read (does it run already?) and written, one message is put
 *   (AzureStorageOrchestrationService.CreateTaskOrchestrationAsync, AzureTableTrackingStore.SetNewExecutionAsync).
 *   A parent starts a child with the message alone.
 * - Every event that an instance receives (its start, the end of an activity or child, a timer, an external event) is one
 *   message of a control queue: a put and a delete. One get brings up to 32 (ControlQueueBatchSize), and each turn
 *   needs at least one (ControlQueue.GetMessagesAsync).
 * - A start message is compared with the instance row once more (DedupeExecutionStartedMessagesAsync).
 * - Every try of an activity is one message of the work-item queue: a put, a get, a delete (WorkItemQueue.GetMessageAsync
 *   takes one at a time).
 * - Every turn reads the history (pages of 1,000 rows; there are no extended sessions for JavaScript), appends its
 *   events in transactions of up to 99 and a sentinel, and merges the instance row (UpdateStateAsync).
 * - A message above 45 KB is uploaded and downloaded as a blob (MessageManager). A value of the history above 60 KB of
 *   UTF-16 is uploaded as one, and downloaded by each later turn (CompressLargeMessageAsync, GetHistoryEventsAsync).
 *
 * Left out because they do not depend on orders: empty polls of queues, leases, heartbeats. Left out because they are
 * rare: renewals of messages that take minutes, duplicates, purges. Uncertain: how many messages a turn reads on Azure
 * (here as many as in the local engine, which never polls, so that a wide fan-out has fewer turns than on Azure; the
 * other end is a turn for each message), the envelope of a message (about 1 KB, not added), and how many turns come
 * after a large value (here all but the first, the most there can be).
 */

/** @typedef {import("./app-client.js").Instance} Instance */

const MESSAGES_PER_GET = 32;
const ROWS_PER_PAGE = 1_000;
const EVENTS_PER_TRANSACTION = 99;
const MESSAGE_BYTES = 45 * 1_024;
const HISTORY_VALUE_BYTES = 60 * 1_024;

/** Shown in place of two events: what was scheduled, and its end (StatusResponsePayload). */
const ENDS = [
  "TaskCompleted",
  "TaskFailed",
  "SubOrchestrationInstanceCompleted",
  "SubOrchestrationInstanceFailed",
];
const MESSAGES = [...ENDS, "ExecutionStarted", "TimerFired", "EventRaised"];
const ACTIVITIES = ["TaskScheduled", "TaskCompleted", "TaskFailed"];

/** The size of a text inside a message, which is JSON itself. @param {string} text */
function isLargeMessage(text) {
  return Buffer.byteLength(JSON.stringify(text)) > MESSAGE_BYTES;
}

/** @param {string} text */
function isLargeHistoryValue(text) {
  return text.length * 2 > HISTORY_VALUE_BYTES;
}

/** JSON texts of the inputs and results of an event. @param {Record<string, any>} event */
function toTexts(event) {
  // Inputs are shown as the text that is stored, results parsed.
  const result = event["Result"] ?? null;
  return [event["Input"] ?? null, result === null ? null : JSON.stringify(result)].filter(
    (text) => text !== null,
  );
}

/** @param {Instance} instance @param {readonly string[]} types */
function count({ historyEvents }, types) {
  return historyEvents.filter(({ EventType }) => types.includes(EventType)).length;
}

/** @param {Instance} instance @param {number} turns of this instance, or their average @param {boolean} isRoot */
function countOfInstance(instance, turns, isRoot) {
  const messages = count(instance, MESSAGES);
  const gets = Math.max(turns, Math.ceil(messages / MESSAGES_PER_GET));
  return {
    "queue requests": 2 * messages + gets + 3 * count(instance, ACTIVITIES),
    "history reads": countHistoryReads(instance, turns),
    "history transactions": countHistoryTransactions(instance, turns),
    "instance rows": turns + 1 + (isRoot ? 2 : 0),
    "blob requests": countBlobs(instance, turns),
  };
}

/** A turn reads all rows of the turns before; the rows are taken to come evenly. @param {Instance} instance @param {number} turns */
function countHistoryReads(instance, turns) {
  const events = countEvents(instance, turns);
  let reads = turns;
  for (let turn = 1; turn < turns; turn += 1) {
    reads += Math.max(0, Math.ceil((events * turn) / turns / ROWS_PER_PAGE) - 1);
  }
  return reads;
}

/** One a turn, and more for a turn that schedules much at once. @param {Instance} instance @param {number} turns */
function countHistoryTransactions({ historyEvents }, turns) {
  /** @type {Map<string, number>} */
  const scheduled = new Map();
  for (const { ScheduledTime } of historyEvents) {
    if (ScheduledTime !== undefined) scheduled.set(ScheduledTime, (scheduled.get(ScheduledTime) ?? 0) + 1);
  }
  const further = [...scheduled.values()].map((events) => Math.ceil(events / EVENTS_PER_TRANSACTION) - 1);
  return turns + further.reduce((sum, transactions) => sum + transactions, 0);
}

/** @param {Instance} instance @param {number} turns */
function countBlobs({ historyEvents }, turns) {
  let blobs = 0;
  for (const event of historyEvents) {
    const texts = toTexts(event);
    // The result of an instance is the message to its parent and counted there; its input is the parent's to count too.
    const isOwnMessage = ENDS.includes(event["EventType"]);
    if (isOwnMessage) blobs += 2 * texts.filter(isLargeMessage).length;
    const isRead = event["EventType"] !== "ExecutionCompleted";
    blobs += texts.filter(isLargeHistoryValue).length * (isRead ? turns : 1);
  }
  return blobs;
}

/** Rows of the history: two of each turn are not shown, and of what has ended the scheduling is not. @param {Instance} instance @param {number} turns */
function countEvents(instance, turns) {
  return instance.historyEvents.length + count(instance, ENDS) + 2 * turns;
}

/**
 * Storage requests of the instances of one order, the root first.
 * @param {readonly Instance[]} instances
 * @param {Record<string, number> | undefined} functions executions by name; without them every message has a turn of its
 *   own, which is the most there can be
 * @returns {Record<string, number>}
 */
export function countDurableOperations(instances, functions) {
  /** @type {Record<string, number>} */
  const sum = {};
  for (const [index, instance] of instances.entries()) {
    // Instances of one orchestration are not told apart in the host's log.
    const alike = instances.filter(({ name }) => name === instance.name).length;
    const turns = functions ? (functions[instance.name] ?? 0) / alike : count(instance, MESSAGES);
    const counts = countOfInstance(instance, turns, index === 0);
    for (const [kind, amount] of Object.entries(counts)) sum[kind] = (sum[kind] ?? 0) + amount;
  }
  return sum;
}

/**
 * The longest history (rows, at most: as if every message had a turn of its own) and the largest value (bytes of JSON).
 * @param {readonly Instance[]} instances
 */
export function findLargest(instances) {
  const events = instances.map((instance) => countEvents(instance, count(instance, MESSAGES)));
  const texts = instances.flatMap(({ historyEvents }) => historyEvents.flatMap(toTexts));
  return {
    events: Math.max(...events),
    valueBytes: texts.reduce((largest, text) => Math.max(largest, Buffer.byteLength(text)), 0),
  };
}
