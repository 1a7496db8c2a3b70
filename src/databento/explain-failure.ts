import { IdleTimeoutError, NetworkError } from "./errors.ts";
import { codeOf, type Redact, redactThrown } from "./redact.ts";
import type { Watch } from "./watch.ts";

/** What is known about an exchange that failed. */
export interface FailedExchange {
  readonly endpoint: string;
  readonly watch: Watch;
  readonly timeoutSeconds: number;
  readonly redact: Redact;
}

/** The HTTP library's own idle limits, which lie at 300 s. */
const LIBRARY_TIMEOUTS = ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"];
/** The connection was never made, so the service knows nothing of the request. */
const NEVER_CONNECTED = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
];
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

const HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there: check the option 'url' (DATABENTO_HISTORICAL_URL)",
  ENOTFOUND: "the host is unknown: check the network and the option 'url' (DATABENTO_HISTORICAL_URL)",
  EAI_AGAIN: "names cannot be looked up: check the network",
};
const CERTIFICATE_HINT =
  "the certificate was not accepted: check this machine's clock, and NODE_EXTRA_CA_CERTS behind a proxy";

/** What a failed exchange throws: the reason of the caller's signal as it is, or a typed error. */
export function explainFailure(thrown: unknown, { endpoint, watch, timeoutSeconds, redact }: FailedExchange): unknown {
  if (watch.silent) return new IdleTimeoutError(endpoint, timeoutSeconds);
  if (watch.cancelled) return watch.signal.reason;
  const systemCode = codeOf(thrown);
  if (systemCode !== undefined && LIBRARY_TIMEOUTS.includes(systemCode))
    return new IdleTimeoutError(endpoint, timeoutSeconds);
  const cause = redactThrown(thrown, redact);
  const reason = cause.cause instanceof Error && cause.cause.message !== "" ? cause.cause.message : cause.message;
  const message = `Ask Databento ${endpoint}: ${systemCode ?? "network failure"} (${reason})`;
  return new NetworkError(endpoint, message, { cause, systemCode, hint: hintOf(systemCode) });
}

function hintOf(systemCode = ""): string {
  if (isCertificateProblem(systemCode)) return CERTIFICATE_HINT;
  return HINTS[systemCode] ?? "the connection broke: check the network and try again";
}

/** Whether the request cannot have reached the service. */
export function neverConnected(error: NetworkError): boolean {
  return error.systemCode !== undefined && NEVER_CONNECTED.includes(error.systemCode);
}

/** A certificate does not get better by asking again. */
export function isCertificateProblem(systemCode = ""): boolean {
  return CERTIFICATE.test(systemCode);
}
