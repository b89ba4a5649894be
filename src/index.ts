/** Table of contents: every function of the app, in the order of the flow. */

// Before everything else: from its start on, what the app does is measured.
import "./functions/telemetry.ts";
// 1. A change comes in and starts its orchestration.
import "./functions/outbound-messages.ts";
import "./functions/poll-orders.ts";
// 2. The orchestration claims it, decides, and delivers; what cannot be delivered waits for an administrator.
import "./functions/orchestrations.ts";
import "./functions/activities.ts";
import "./functions/dead-letters.ts";
// 3. Later: nobody received it, quiet hours end.
import "./functions/escalation.ts";
import "./functions/digests.ts";
// 4. The browser connects, reads, and says what it received.
import "./functions/negotiate.ts";
import "./functions/mirror-groups.ts";
import "./functions/notifications.ts";
import "./functions/receipts-echo.ts";
import "./functions/subscriptions.ts";
import "./functions/preferences.ts";
import "./functions/pages.ts";
// 5. Administrators say who may follow what, and end what is over.
import "./functions/grants.ts";
import "./functions/owner-links.ts";
import "./functions/group-members.ts";
import "./functions/admin-subscriptions.ts";
import "./functions/users.ts";
import "./functions/retention.ts";
// 6. Auditors and operators look at what came in.
import "./functions/coverage.ts";
import "./functions/audit-orders.ts";
import "./functions/audit-orchestrations.ts";
import "./functions/audit-accesses.ts";
import "./functions/evidence.ts";
import "./functions/what-if.ts";
import "./functions/health.ts";
import "./functions/openapi.ts";
