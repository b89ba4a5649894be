/** Which orchestrations an audit lists. */

/** Those whose record somebody may ask for years later; echoes of receipts and mirrored groups are not among them. */
const AUDITED = /^(order|escalate|digests|redrive)-/;

/** A page of an audience, or a batch of it that failed: its root covers it. */
const PART = /:p\d+(b\d+)?$/;

/** True for an orchestration that an audit lists: a part of another is not listed. */
export function isRootInstanceId(instanceId: string): boolean {
  return AUDITED.test(instanceId) && !PART.test(instanceId);
}
