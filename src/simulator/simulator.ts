/** Starting and stopping the simulated service. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { InvalidInputError } from "../market/errors.ts";
import { parseDate } from "../market/time.ts";
import { simulatedKey } from "./auth.ts";
import { dayOfDate, nsOfDay } from "./days.ts";
import { type Fault, FaultPlan } from "./faults.ts";
import { type HttpParts, type LoggedRequest, serve } from "./http-server.ts";
import { Market } from "./market.ts";
import { Router } from "./router.ts";
import { Account, type Service } from "./service.ts";
import { Symbology } from "./symbology.ts";

/** Options of {@link startSimulator}. */
export interface SimulatorOptions {
  /** Port on 127.0.0.1. @default 0: any that is free */
  readonly port?: number;
  /** The market; the same seed is the same market, to the byte. A whole number. @default 1 */
  readonly seed?: number;
  /** Where the data of every dataset ends: an ISO date, exclusive, 2010-06-07 to 2027-12-31. @default "2027-01-01" */
  readonly availableEnd?: string;
  /** A subscriber's requests cost nothing, as under a plan that covers them. @default false */
  readonly subscribed?: boolean;
  /** US$ that may be spent before requests are refused with 402. @default without end */
  readonly credit?: number;
  /** Trouble to come, in order; more can be added with `fail`. */
  readonly faults?: readonly Fault[];
  /** PEM texts: with them the service speaks HTTPS, which the vendor's Python client insists on. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A running service. */
export interface Simulator extends AsyncDisposable {
  /** Address without a path: `http://127.0.0.1:41234`. */
  readonly url: string;
  /** The one key it takes. */
  readonly key: string;
  /** Every request so far, refused ones too; oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** US$ of all data sent so far. */
  readonly spent: number;
  /** Adds a fault: `fail({ kind: "status", status: 429, times: 2, endpoint: "timeseries.get_range" })`. */
  fail(fault: Fault): void;
  /** Forgets the faults that have not happened yet. */
  clearFaults(): void;
  /** Breaks all connections and stops listening. */
  close(): Promise<void>;
}

const DEFAULT_SEED = 1;
const DEFAULT_END = "2027-01-01";
/** The calendars end here. */
const LATEST_END = "2027-12-31";
const EARLIEST_END = "2010-06-07";
const HIGHEST_PORT = 65_535;

/**
 * Starts a SIMULATED Databento on this machine: the historical HTTP service over a made-up market. No data of any exchange is in it.
 * It listens on 127.0.0.1 only and keeps a Node process alive until it is closed.
 * @throws InvalidInputError `invalid_option` for an end outside the calendars, a seed that is no whole number, a fault that is none, a port in use
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const service = serviceOf(options);
  const { seed, account } = service;
  const faults = new FaultPlan();
  for (const fault of options.faults ?? []) faults.add(fault);
  const requests: LoggedRequest[] = [];
  let url = "";
  const parts: HttpParts = { router: new Router(service, () => url), key: simulatedKey(seed), faults, requests };
  const listener = (request: IncomingMessage, response: ServerResponse) => void serve(parts, request, response);
  const server = options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener);
  // Whoever asks lets go of idle connections. If the service did, a program that reckons for some seconds in the same process would find its
  // next request broken off.
  server.keepAliveTimeout = 0;
  const port = await listen(server, options.port ?? 0);
  url = `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const close = () => stop(server);
  return {
    url,
    key: parts.key,
    requests,
    get spent() {
      return account.spent;
    },
    fail: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function serviceOf(options: SimulatorOptions): Service {
  const {
    seed = DEFAULT_SEED,
    availableEnd = DEFAULT_END,
    subscribed = false,
    credit = Number.POSITIVE_INFINITY,
  } = options;
  if (parseDate(availableEnd) === undefined || availableEnd < EARLIEST_END || availableEnd > LATEST_END) {
    const attempt = `Starting the simulator: availableEnd was '${availableEnd}'`;
    throw new InvalidInputError(
      "invalid_option",
      `${attempt}, expected an ISO date from ${EARLIEST_END} to ${LATEST_END}`,
    );
  }
  if (!Number.isSafeInteger(seed)) {
    throw new InvalidInputError("invalid_option", `Starting the simulator: seed was ${seed}, expected a whole number`);
  }
  const market = new Market(seed);
  return {
    seed,
    market,
    symbology: new Symbology(market),
    availableEnd: nsOfDay(dayOfDate(availableEnd)),
    subscribed,
    account: new Account(credit),
  };
}

async function listen(server: Server, port: number): Promise<number> {
  if (!(Number.isSafeInteger(port) && port >= 0 && port <= HIGHEST_PORT)) {
    const message = `Starting the simulator: port was ${port}, expected a whole number from 0 to ${HIGHEST_PORT}`;
    throw new InvalidInputError("invalid_option", message, { hint: "Leave the port out to get a free one." });
  }
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `Starting the simulator on port ${port}: the port cannot be opened`;
      reject(
        new InvalidInputError("invalid_option", message, { hint: "Leave the port out to get a free one.", cause }),
      );
    });
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
