import type { DatabentoError } from "./errors.ts";

/** Something the service or the client did that a person may want to know. Texts never hold the key. */
export type ClientEvent =
  /** The service warned (header `X-Warning`). */
  | ServiceWarning
  /** Answered 206: some symbols did not resolve for all of the span; the metadata of the stream says which. */
  | { readonly kind: "partial"; readonly endpoint: string }
  /** An attempt failed and is repeated after a pause. */
  | {
      readonly kind: "retry";
      readonly endpoint: string;
      /** The attempt that failed, from 1. */
      readonly attempt: number;
      readonly retriesLeft: number;
      readonly error: DatabentoError;
    }
  /** A downloaded file could not be checked: the service gave no SHA-256. Its size is right. */
  | { readonly kind: "unverified"; readonly endpoint: string; readonly file: string };

/** A warning of the service. */
export interface ServiceWarning {
  readonly kind: "warning";
  readonly endpoint: string;
  /** Such as `DeprecationWarning`; `Warning` where the service names none. */
  readonly category: string;
  readonly message: string;
}

/** Takes the events of a client. What it throws is thrown to the caller of the request. */
export type OnEvent = (event: ClientEvent) => void;
