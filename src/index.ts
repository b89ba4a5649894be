/** Table of contents: every function of the app, in the order of the flow. */

// 1. A change comes in and starts its orchestration.
import "./functions/outbound-messages.ts";
import "./functions/poll-orders.ts";
// 2. The orchestration claims it, decides, and delivers.
import "./functions/orchestrations.ts";
import "./functions/activities.ts";
// 3. The browser connects, reads, and says what it received.
import "./functions/negotiate.ts";
import "./functions/notifications.ts";
import "./functions/subscriptions.ts";
import "./functions/pages.ts";
// 4. Administrators say who may follow what.
import "./functions/grants.ts";
import "./functions/group-members.ts";
import "./functions/admin-subscriptions.ts";
// 5. Auditors and operators look at what came in.
import "./functions/coverage.ts";
import "./functions/health.ts";
