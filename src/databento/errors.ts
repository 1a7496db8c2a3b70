import { BacklitError, type ErrorCode, type ErrorDetails } from "../market/errors.ts";
import { maskKeyLike } from "./mask-key.ts";

/**
 * Base of everything this client throws on purpose. Not in the family: the reason of a caller's own `AbortSignal`, which is
 * thrown as it is, and errors of the DBN decoder.
 */
export class DatabentoError extends BacklitError {
  override readonly name: string = "DatabentoError";

  constructor(message: string, details: ErrorDetails & { readonly code?: ErrorCode } = {}) {
    // Whatever the message repeats of what was given: a key in the place of another parameter stays out of it.
    super(details.code ?? "data_source", maskKeyLike(message), details);
  }
}

/** There is no usable key. Holds nothing of what was given. */
export class ApiKeyError extends DatabentoError {
  override readonly name = "ApiKeyError";
  readonly reason: "missing" | "malformed";

  constructor(reason: "missing" | "malformed", found: string) {
    super(`Read the Databento API key: ${found}, expected 'db-' and 29 letters or digits`, {
      code: "invalid_option",
      hint: "copy the key from the portal at databento.com/portal/keys into DATABENTO_API_KEY (.env) or the option 'key'",
    });
    this.reason = reason;
  }
}

/** A parameter or option is not acceptable: fix the call. Nothing was sent. */
export class InvalidParameterError extends DatabentoError {
  override readonly name = "InvalidParameterError";
  readonly parameter: string;

  constructor(parameter: string, message: string, hint?: string) {
    super(message, { code: "invalid_argument", ...(hint === undefined ? {} : { hint }) });
    this.parameter = parameter;
  }
}

/** The service could not be reached, or the connection broke before an answer was complete. */
export class NetworkError extends DatabentoError {
  override readonly name = "NetworkError";
  readonly endpoint: string;
  /** The system's word, such as `ECONNREFUSED`; undefined when it gave none. */
  readonly systemCode: string | undefined;

  constructor(endpoint: string, message: string, details: ErrorDetails & { readonly systemCode?: string | undefined }) {
    super(message, details);
    this.endpoint = endpoint;
    this.systemCode = details.systemCode;
  }
}

/** Not a byte came for the whole of the idle timeout. */
export class IdleTimeoutError extends DatabentoError {
  override readonly name = "IdleTimeoutError";
  readonly endpoint: string;
  readonly timeoutSeconds: number;

  constructor(endpoint: string, timeoutSeconds: number) {
    super(`Ask Databento ${endpoint}: silence for ${timeoutSeconds} s, expected bytes`, {
      hint: "try again, or allow more time with 'timeoutSeconds' (DATABENTO_TIMEOUT)",
    });
    this.endpoint = endpoint;
    this.timeoutSeconds = timeoutSeconds;
  }
}

/**
 * A paid stream ended before it was complete. What came is an incomplete file; asking again is billed again, so the client
 * does not. Fetch the chunk anew (it needs an approval with room for it).
 */
export class StreamBrokenError extends DatabentoError {
  override readonly name = "StreamBrokenError";
  readonly endpoint: string;
  /** Bytes handed to the caller before the break, as sent (compressed). */
  readonly bytesReceived: number;

  constructor(endpoint: string, bytesReceived: number, cause: Error) {
    super(
      `Read the answer of Databento ${endpoint}: the stream broke after ${bytesReceived} bytes (${cause.message})`,
      {
        cause,
        hint: "discard the part and fetch this chunk again; smaller chunks lose less",
      },
    );
    this.endpoint = endpoint;
    this.bytesReceived = bytesReceived;
  }
}

/** A 2xx or 3xx answer that is not what the service documents: a proxy's page, cut JSON, missing fields. */
export class UnexpectedAnswerError extends DatabentoError {
  override readonly name = "UnexpectedAnswerError";
  readonly endpoint: string;
  readonly status: number;

  constructor(endpoint: string, status: number, message: string, details: ErrorDetails = {}) {
    super(`Read the answer of Databento ${endpoint}: ${message}`, details);
    this.endpoint = endpoint;
    this.status = status;
  }
}

/** A downloaded file is not the one the service announced. */
export class HashMismatchError extends DatabentoError {
  override readonly name = "HashMismatchError";
  readonly file: string;
  readonly expected: string;
  readonly found: string;

  constructor(file: string, expected: string, found: string, hint: string) {
    super(`Check '${file}': found ${found}, expected ${expected}`, { hint });
    this.file = file;
    this.expected = expected;
    this.found = found;
  }
}

/** The file system refused (disk full, read-only, no rights). What was downloaded so far stays and is resumed. */
export class DownloadFileError extends DatabentoError {
  override readonly name = "DownloadFileError";
  readonly file: string;

  constructor(file: string, cause: Error) {
    super(`Write '${file}': ${cause.message}`, {
      cause,
      hint: "free space or choose another folder, then run again: the download resumes",
    });
    this.file = file;
  }
}
