import type { ErrorDetails } from "../market/errors.ts";
import { DatabentoError } from "./errors.ts";

/** The vendor's words for business errors met so far; new ones arrive as plain text. */
export type KnownErrorCase =
  | "data_end_after_available_end"
  | "data_start_before_available_start"
  | "data_start_after_available_end"
  | "dataset_unavailable_range"
  | "data_schema_not_fully_available"
  | "symbology_invalid_request"
  | "symbology_invalid_symbol"
  | "license_not_found_unauthorized"
  | "auth_authentication_failed"
  | "auth_account_locked"
  | "account_insufficient_funds";

/** A case word, known or new. */
export type ErrorCase = KnownErrorCase | (string & Record<never, never>);

/** All that an error answer says. Texts are the service's own, with any key masked. */
export interface HttpProblem {
  /** As in `metadata.get_cost`. */
  readonly endpoint: string;
  readonly status: number;
  /** The vendor's word for the problem; undefined when the answer has none. */
  readonly case: ErrorCase | undefined;
  /** The vendor's sentence, or what could be read of an answer that is not JSON. */
  readonly detail: string;
  /** Address of the vendor's documentation. */
  readonly docs: string | undefined;
  /** Data of the case, in the vendor's own names (`available_end`). */
  readonly payload: Readonly<Record<string, unknown>> | undefined;
  /** What the vendor's support asks for. */
  readonly requestId: string | undefined;
  /** Seconds to wait, of a 429 or 503 that says so. */
  readonly retryAfterSeconds: number | undefined;
}

/** The service answered with a status of 400 or above. Subclasses follow what the caller does next. */
export class DatabentoHttpError extends DatabentoError implements HttpProblem {
  override readonly name: string = "DatabentoHttpError";
  readonly endpoint: string;
  readonly status: number;
  readonly case: ErrorCase | undefined;
  readonly detail: string;
  readonly docs: string | undefined;
  readonly payload: Readonly<Record<string, unknown>> | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: HttpProblem, details: ErrorDetails = {}) {
    super(sentence(problem), details);
    this.endpoint = problem.endpoint;
    this.status = problem.status;
    this.case = problem.case;
    this.detail = problem.detail;
    this.docs = problem.docs;
    this.payload = problem.payload;
    this.requestId = problem.requestId;
    this.retryAfterSeconds = problem.retryAfterSeconds;
  }
}

function sentence({ endpoint, status, case: word, detail, requestId }: HttpProblem): string {
  const name = word === undefined ? "" : ` ${word}`;
  const request = requestId === undefined ? "" : ` (request ${requestId})`;
  return `Ask Databento ${endpoint}: answered ${status}${name}: ${detail}${request}`;
}

/** 400, 409, 422: a parameter or their combination is wrong. Fix the request. */
export class RequestRefusedError extends DatabentoHttpError {
  override readonly name: string = "RequestRefusedError";
}

/** 422: part of the span is not there, not yet, or not licensed. `clampRange` narrows the request where the answer allows. */
export class UnavailableRangeError extends RequestRefusedError {
  override readonly name = "UnavailableRangeError";
}

/** 400 or 422: a symbol is malformed for its type, or none could be resolved. */
export class SymbologyError extends RequestRefusedError {
  override readonly name = "SymbologyError";
}

/** 401: the key is not accepted. */
export class AuthenticationError extends DatabentoHttpError {
  override readonly name = "AuthenticationError";
}

/** 402: the account cannot pay. */
export class InsufficientFundsError extends DatabentoHttpError {
  override readonly name = "InsufficientFundsError";
}

/** 403: no licence for the data, or the account is locked. */
export class AccessDeniedError extends DatabentoHttpError {
  override readonly name = "AccessDeniedError";
}

/** 404: unknown path, job or file. */
export class NotFoundError extends DatabentoHttpError {
  override readonly name = "NotFoundError";
}

/** 410: the files of a batch job are gone; they live 30 days. */
export class FilesExpiredError extends DatabentoHttpError {
  override readonly name = "FilesExpiredError";
}

/** 429, after all retries. `retryAfterSeconds` is what the service asked for. */
export class RateLimitError extends DatabentoHttpError {
  override readonly name = "RateLimitError";
}

/** 5xx, after all retries. */
export class ServerError extends DatabentoHttpError {
  override readonly name = "ServerError";
}
