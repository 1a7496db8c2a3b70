/** The service's refusals, in the bodies its documentation and clients know. */

/** Where the documentation of errors is. */
const DOCS = "https://databento.com/docs/api-reference-historical/basics/errors";

/** A refusal: thrown by any handler, answered by the server. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** Sent as JSON. */
  readonly body: { readonly detail: unknown };
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = { detail };
    this.headers = headers;
  }
}

/** A refusal with a case, which clients switch on. */
export function caseError(
  status: number,
  name: string,
  message: string,
  payload: Readonly<Record<string, unknown>> | null = null,
): ApiError {
  return new ApiError(status, { case: name, message, status_code: status, docs: DOCS, payload });
}

/** The refusal of one field, in the shape of the vendor's web framework. */
export function fieldError(field: string, message: string, type = "value_error"): ApiError {
  return new ApiError(422, [{ loc: ["body", field], msg: message, type }]);
}

/** The cases that faults can bring about by name, each with its status and message. */
const NAMED_CASES: Readonly<Record<string, readonly [status: number, message: string]>> = {
  auth_authentication_failed: [401, "Authentication failed."],
  account_insufficient_funds: [402, "Insufficient funds. Add credit to your account to continue."],
  license_not_found_unauthorized: [403, "A license is required to access this data. No license was found."],
  auth_account_locked: [403, "Your account is locked."],
  dataset_unavailable_range: [
    422,
    "Part or all of your request for dataset 'GLBX.MDP3' requires a subscription and/or license to access. Try again with an end time before 2026-04-02T08:36:14.380325000Z.",
  ],
  data_schema_not_fully_available: [422, "The schema is not available for the whole of the requested range."],
  symbology_invalid_request: [422, "None of the symbols could be resolved"],
};

/** A documented case by its name; undefined for a name that is none. */
export function namedCase(name: string): ApiError | undefined {
  const known = NAMED_CASES[name];
  if (known === undefined) return undefined;
  const headers: Record<string, string> = known[0] === 401 ? { "WWW-Authenticate": "Basic" } : {};
  const { body } = caseError(known[0], name, known[1]);
  return new ApiError(known[0], body.detail, headers);
}

/** The documented cases that `namedCase` knows. */
export function namedCases(): readonly string[] {
  return Object.keys(NAMED_CASES);
}
