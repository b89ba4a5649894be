/**
 * The client certificate as a second factor beside the function key: Salesforce sends one with every outbound message
 * (Setup, Certificate and Key Management, API Client Certificate).
 *
 * App Service ends TLS and passes the certificate on as base64 of its DER in the header `X-ARR-ClientCert`; it judges
 * neither issuer, dates nor revocation: that is the app's task
 * (https://learn.microsoft.com/azure/app-service/app-service-web-configure-tls-mutual-auth). So the certificate is
 * pinned here by its SHA-256 thumbprint, and its dates are checked.
 *
 * The header proves something only where `clientCertEnabled` is true and `clientCertMode` is `Required`: only then
 * does the front end demand the private key in the handshake. With `Optional` the handshake has been reported to pass
 * on certificates without that proof (MicrosoftDocs/azure-docs issue 111230), with `clientCertEnabled` false the
 * certificate is ignored, and nowhere is it promised that a copy of the header sent by the client is removed in these
 * modes, nor on paths in `clientCertExclusionPaths` (dotnet/AspNetCore.Docs issue 15974 names the danger). A
 * certificate is public, so there the header proves nothing.
 *
 * Unverified on Flex Consumption: whether the setting exists there and the header arrives.
 */
import { createHash, timingSafeEqual, X509Certificate } from "node:crypto";
import { ForbiddenError } from "../domain/errors.ts";

/** The header in which App Service hands over the client certificate. */
export const CLIENT_CERTIFICATE_HEADER = "x-arr-clientcert";

/**
 * Throws `ForbiddenError` unless the header holds a certificate that is in the allow-list and valid at `now`.
 *
 * `thumbprints` are SHA-256 in hex, with or without colons, in any letter case; an empty list turns the check off.
 */
export function checkClientCertificate(
  header: string | null,
  thumbprints: readonly string[],
  now: Date,
): void {
  if (thumbprints.length === 0) return;
  if (header === null || header.trim() === "") {
    throw new ForbiddenError(
      "The request brings no client certificate: the app must require one, and Salesforce must send it.",
    );
  }
  const certificate = readCertificate(header.trim());
  const thumbprint = toPlainHex(certificate.fingerprint256);
  // Every entry is compared, so that timing tells nothing about the list.
  const matches = thumbprints.filter((entry) => isEqual(toPlainHex(entry), thumbprint));
  if (matches.length === 0) {
    throw new ForbiddenError(
      `The client certificate with the SHA-256 thumbprint ${thumbprint} is not in SALESFORCE_CLIENT_CERT_THUMBPRINTS.`,
    );
  }
  checkDates(certificate, now);
}

function readCertificate(header: string): X509Certificate {
  try {
    const bytes = Buffer.from(header, "base64");
    const certificate = new X509Certificate(bytes);
    // Decoders forgive much (PEM, bytes after the end): what App Service sends is one certificate and nothing else.
    if (bytes.toString("base64") === header && certificate.raw.equals(bytes)) return certificate;
  } catch {
    // Which byte is wrong helps nobody: the front end wrote the header, or a forger did.
  }
  throw new ForbiddenError("The header X-ARR-ClientCert holds no certificate in base64.");
}

function checkDates({ validFrom, validTo }: X509Certificate, now: Date): void {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  // Written so that a date which cannot be read refuses too.
  if (from <= now.getTime() && now.getTime() <= to) return;
  throw new ForbiddenError(
    `The client certificate is valid from ${validFrom} to ${validTo} only: renew it in Salesforce, and list its new thumbprint.`,
  );
}

function toPlainHex(thumbprint: string): string {
  return thumbprint.replaceAll(":", "").trim().toUpperCase();
}

function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
