// @ts-check
/** Talks to the running apps as an administrator, as Salesforce and as the holder of the system key do. */
import { setTimeout as delay } from "node:timers/promises";
import { toUserId } from "./user-id.js";

/** @typedef {{ orderId: string, accountId: string }} Order */
/** @typedef {{ instanceId: string, name: string, runtimeStatus: string, historyEvents: Record<string, any>[] }} Instance */

const END_WITHIN_MS = 180_000;

/** Digits only, so that the suffix of the 18-character form is always AAA. @param {string} prefix @param {number} number */
export function toSalesforceId(prefix, number) {
  return `${prefix}${String(number).padStart(12, "0")}AAA`;
}

/** @param {string} url @param {RequestInit} init */
async function call(url, init = {}) {
  const response = await fetch(url, init);
  if (!response.ok)
    throw new Error(`${new URL(url).pathname} answered ${response.status}: ${await response.text()}`);
  return response;
}

/** The session cookie of an administrator. @param {string} url */
async function signIn(url) {
  const response = await call(`${url}/.auth/login/local`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ userId: "admin", roles: ["OrderBell.Admin"] }),
  });
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

/** Subscribes in bulk. @param {string} url @param {object[]} subscriptions */
export async function follow(url, subscriptions) {
  const cookie = await signIn(url);
  await call(`${url}/api/admin/subscriptions`, {
    method: "PUT",
    headers: { cookie, "content-type": "application/x-ndjson" },
    body: subscriptions.map((one) => JSON.stringify(one)).join("\n"),
  });
}

/** A group of people 0 to count - 1 that follows an account. @param {string} url @param {string} accountId @param {string} group @param {number} count */
export async function followAsGroup(url, accountId, group, count) {
  await follow(url, [{ scope: `account:${accountId}`, target: { kind: "group", group } }]);
  const cookie = await signIn(url);
  for (let index = 0; index < count; index += 1) {
    const path = `/api/admin/groups/${group}/members/${toUserId(index)}`;
    await call(url + path, { method: "PUT", headers: { cookie, "content-type": "application/json" } });
  }
}

/** Sends one order as Salesforce's outbound message. @param {string} url @param {Order} order */
export async function sendOutboundMessage(url, { orderId, accountId }) {
  const stamp = new Date().toISOString();
  const fields = {
    Id: orderId,
    AccountId: accountId,
    CreatedDate: stamp,
    OrderNumber: orderId.slice(7, 15),
    OwnerId: toSalesforceId("005", 1),
    Status: "Draft",
    StatusCode: "Draft",
    SystemModstamp: stamp,
    TotalAmount: "1100.0",
  };
  const xml = Object.entries(fields).map(([name, value]) => `<sf:${name}>${value}</sf:${name}>`);
  const body =
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ' +
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    '<soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">' +
    "<OrganizationId>00D000000000001EAA</OrganizationId><ActionId>04k000000000001AAA</ActionId>" +
    `<SessionId xsi:nil="true"/><Notification><Id>04l${orderId.slice(3)}</Id><sObject xsi:type="sf:Order" ` +
    `xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${xml.join("")}</sObject></Notification>` +
    "</notifications></soapenv:Body></soapenv:Envelope>";
  await call(`${url}/api/salesforce/outbound-messages?code=local`, {
    method: "POST",
    headers: { "content-type": "text/xml; charset=UTF-8" },
    body,
  });
}

/** Starts the documented pattern, with the fields that OrderBell's notification shows. @param {string} url @param {Order} order @param {number} users */
export async function sendToPattern(url, order, users) {
  const shown = { number: order.orderId.slice(7, 15), status: "Draft", amount: 1100 };
  await call(`${url}/api/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...order, ...shown, users }),
  });
}

/** @param {string} url @param {string} path @returns {Promise<any>} */
async function manage(url, path) {
  const response = await call(`${url}/runtime/webhooks/durabletask/instances${path}code=local`);
  return response.json();
}

/**
 * Waits until the orchestrations of an order have ended well and answers their ids. Asks only once `isPushed` says that
 * there is nothing left to wait for but the end, because asking costs the app time that is measured.
 * @param {string} url
 * @param {string} orderId
 * @param {() => boolean} isPushed
 * @returns {Promise<string[]>}
 */
export async function waitForEnd(url, orderId, isPushed) {
  const deadline = Date.now() + END_WITHIN_MS;
  for (;;) {
    if (Date.now() > deadline) throw new Error(`Order ${orderId} did not end in time.`);
    await delay(10);
    if (!isPushed()) continue;
    /** @type {Instance[]} */
    const instances = await manage(url, `?instanceIdPrefix=order-${orderId}&`);
    const failed = instances.find(({ runtimeStatus }) => runtimeStatus === "Failed");
    if (failed) throw new Error(`${failed.instanceId} failed.`);
    if (instances.length > 0 && instances.every(({ runtimeStatus }) => runtimeStatus === "Completed")) {
      return instances.map(({ instanceId }) => instanceId);
    }
  }
}

/** Everything the management API tells of an instance. @param {string} url @param {string} instanceId @returns {Promise<Instance>} */
export async function readInstance(url, instanceId) {
  const shown = "showInput=true&showHistory=true&showHistoryOutput=true&";
  return manage(url, `/${encodeURIComponent(instanceId)}?${shown}`);
}
