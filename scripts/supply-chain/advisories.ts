/** Known advisories about packages that are installed, and why they do not reach us. Each is gone when its package is. */

/** One advisory, about the versions that are installed. */
export interface Advisory {
  ids: string[];
  package: string;
  /** The installed versions that it names. */
  versions: string[];
  affected: string;
  /** True: deployed; false: on developers' machines alone. */
  isProduction: boolean;
  /** What it is about, and why it does not reach us. */
  why: string;
}

export const ADVISORIES: readonly Advisory[] = [
  {
    ids: ["GHSA-8cw4-87c7-c6xx"],
    package: "csv-parse",
    versions: ["5.6.0"],
    affected: "below 7.0.2 (jsforce/jsforce#1829)",
    isProduction: true,
    why: "jsforce reads an answer as CSV only when Salesforce itself answers `text/csv`; what we ask for comes as JSON. jsforce mended it in 3.10.26, but nothing after 3.10.16 runs on Node.js 20",
  },
  {
    ids: ["GHSA-w5hq-g745-h8pq", "CVE-2026-41907"],
    package: "uuid",
    versions: ["9.0.1"],
    affected: "below 11.1.1: v3, v5 and v6 write beyond a buffer that the caller passes",
    isProduction: true,
    why: "only durable-functions uses it, v5 without a buffer (`GuidManager.js`) and v1 in its test tools",
  },
  {
    ids: ["GHSA-w5hq-g745-h8pq", "CVE-2026-41907"],
    package: "uuid",
    versions: ["3.4.0", "8.3.2"],
    affected: "as above",
    isProduction: false,
    why: "parts of Azurite, which is given requests of our own tests and demo alone",
  },
  {
    ids: ["GHSA-wf5p-g6vw-rhxx", "GHSA-jr5f-v2jv-69x6", "GHSA-3p68-rc4w-qgx5"],
    package: "axios",
    versions: ["0.21.4", "0.27.2"],
    affected: "0.8.1 to 1.5.1; below 0.30.0; below 0.31.0: tokens and requests sent where they should not be",
    isProduction: false,
    why: "Azurite calls it only to copy blobs from another address, which nothing here asks it to do",
  },
  {
    ids: ["GHSA-72xf-g2v4-qvf3", "CVE-2023-26136"],
    package: "tough-cookie",
    versions: ["2.5.0"],
    affected: "below 4.1.3: a cookie of a hostile site writes to every object's prototype",
    isProduction: false,
    why: "part of Azurite's HTTP client, which calls no site; the deployed one is 4.1.4",
  },
  {
    ids: ["GHSA-776f-qx25-q3cc", "CVE-2023-0842"],
    package: "xml2js",
    versions: ["0.4.23"],
    affected: "below 0.5.0: an element writes to an object's prototype",
    isProduction: false,
    why: "part of Azurite's HTTP client, which reads no stranger's XML; the deployed one is 0.6.2",
  },
];
