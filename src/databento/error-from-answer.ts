import { isHtml, pageText } from "./html.ts";
import {
  AccessDeniedError,
  AuthenticationError,
  DatabentoHttpError,
  FilesExpiredError,
  type HttpProblem,
  InsufficientFundsError,
  type KnownErrorCase,
  NotFoundError,
  RateLimitError,
  RequestRefusedError,
  ServerError,
  SymbologyError,
  UnavailableRangeError,
} from "./http-errors.ts";
import type { Redact } from "./redact.ts";

/** What of an error answer the errors are made of. */
export interface ErrorAnswer {
  readonly endpoint: string;
  readonly status: number;
  readonly headers: Headers;
  /** At most the beginning of the body. */
  readonly body: string;
}

type Detail = Pick<HttpProblem, "case" | "detail" | "docs" | "payload"> & { readonly html: boolean };
type ErrorClass = new (problem: HttpProblem, details?: { readonly hint?: string }) => DatabentoHttpError;

const LONGEST_DETAIL = 2_000;

const RANGE_CASES: readonly string[] = [
  "data_end_after_available_end",
  "data_start_before_available_start",
  "data_start_after_available_end",
  "dataset_unavailable_range",
  "data_schema_not_fully_available",
] satisfies KnownErrorCase[];

const BY_STATUS: Readonly<Record<number, ErrorClass>> = {
  400: RequestRefusedError,
  401: AuthenticationError,
  402: InsufficientFundsError,
  403: AccessDeniedError,
  404: NotFoundError,
  409: RequestRefusedError,
  410: FilesExpiredError,
  422: RequestRefusedError,
  429: RateLimitError,
};

const HINTS_BY_CASE: Readonly<Record<string, string>> = {
  data_end_after_available_end: "end earlier: metadata.getDatasetRange tells up to when there is data",
  data_start_before_available_start: "start later: metadata.getDatasetRange tells from when there is data",
  data_start_after_available_end: "the day is not published yet: start earlier, or come back tomorrow",
  dataset_unavailable_range: "end earlier, or add the dataset's live licence to the account",
  data_schema_not_fully_available: "start later: metadata.getDatasetRange tells from when each schema exists",
  symbology_invalid_request:
    "check the symbols against 'stypeIn' (ES.v.0 is continuous, ES.FUT parent, ESZ5 raw_symbol)",
  symbology_invalid_symbol:
    "check the symbols against 'stypeIn' (ES.v.0 is continuous, ES.FUT parent, ESZ5 raw_symbol)",
  license_not_found_unauthorized: "subscribe to the dataset in the vendor's portal",
  auth_account_locked: "the account is locked: ask the vendor's support",
};

const HINTS_BY_STATUS: Readonly<Record<number, string>> = {
  401: "the key was refused: compare it with the portal, it may be revoked or of another team",
  402: "add funds or a payment method in the vendor's portal",
  403: "the account may not use this data: subscribe to it in the vendor's portal",
  404: "check the job, file or address ('url', DATABENTO_HISTORICAL_URL)",
  408: "the connection was too slow to send the request: try again",
  410: "files live 30 days after the job: submit it again (it is billed again)",
  429: "too many requests of this team at once: wait and try again",
};

const PROXY_HINT = "a proxy or gateway answered in the service's place: check the network and the option 'url'";
const SERVER_HINT = "the service has a problem: try again later, see status.databento.com";

/** The typed error for an answer of status 400 or above. Whatever the body is, there is one. */
export function errorFromAnswer(answer: ErrorAnswer, redact: Redact): DatabentoHttpError {
  const { endpoint, status, headers } = answer;
  const { html, ...detail } = detailOf(answer.body);
  const problem: HttpProblem = redact({
    endpoint,
    status,
    ...detail,
    requestId: headers.get("request-id") ?? undefined,
    retryAfterSeconds: retryAfter(headers.get("retry-after")),
  });
  const ErrorClass = classOf(problem);
  const hint = html ? PROXY_HINT : hintOf(problem);
  return new ErrorClass(problem, hint === undefined ? {} : { hint });
}

function classOf({ status, case: word }: HttpProblem): ErrorClass {
  if (word !== undefined && RANGE_CASES.includes(word)) return UnavailableRangeError;
  if (word?.startsWith("symbology_")) return SymbologyError;
  return BY_STATUS[status] ?? (status >= 500 ? ServerError : DatabentoHttpError);
}

function hintOf({ status, case: word }: HttpProblem): string | undefined {
  const byCase = word === undefined ? undefined : HINTS_BY_CASE[word];
  return byCase ?? HINTS_BY_STATUS[status] ?? (status >= 500 ? SERVER_HINT : undefined);
}

/** `detail` is a text, an object with `case`, a list of the web framework, or the body is not JSON at all. */
function detailOf(body: string): Detail {
  const empty = { case: undefined, docs: undefined, payload: undefined, html: false };
  const json = parseJson(body);
  if (!isRecord(json)) return { ...empty, html: isHtml(body), detail: shortened(pageText(body)) };
  const { detail } = json;
  if (typeof detail === "string") return { ...empty, detail: shortened(detail) };
  if (Array.isArray(detail)) return { ...empty, detail: shortened(detail.map(fieldProblem).join("; ")) };
  if (!isRecord(detail)) return { ...empty, detail: shortened(JSON.stringify(json)) };
  return {
    html: false,
    case: textOf(detail["case"]),
    detail: shortened(textOf(detail["message"]) ?? JSON.stringify(detail)),
    docs: textOf(detail["docs"]),
    payload: isRecord(detail["payload"]) ? detail["payload"] : undefined,
  };
}

/** One entry of the framework's list: `{"loc":["body","dataset"],"msg":"field required"}`. */
function fieldProblem(entry: unknown): string {
  if (!isRecord(entry)) return String(entry);
  const place = Array.isArray(entry["loc"]) ? entry["loc"].join(".") : undefined;
  const message = textOf(entry["msg"]) ?? JSON.stringify(entry);
  return place === undefined ? message : `${place}: ${message}`;
}

/** Seconds of a `Retry-After`, which is a number of them or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);
const shortened = (text: string) => (text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}...` : text);
