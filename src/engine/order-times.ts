import type { Calendar } from "../calendar/index.ts";
import type { Order } from "../market/order.ts";
import { DAY } from "../market/time.ts";
import type { Instrument } from "./instrument.ts";

/** When an order may fill, by its time in force and the sessions of its asset. Instants are epoch ms UTC. */
export interface OrderTimes {
  /** The auction it is meant for, if any. */
  readonly auction: "open" | "close" | undefined;
  /** An order for the open meets the first bar that opens at or after this instant. */
  readonly from: number;
  /** It never fills in bars that open at or after this instant; an order for the close fills then, at the last price before. */
  readonly until: number;
}

const ANY_TIME: OrderTimes = {
  auction: undefined,
  from: Number.NEGATIVE_INFINITY,
  until: Number.POSITIVE_INFINITY,
};

/**
 * The times of an order accepted at `time`. `day`: to the end of the session it is in, or of the next one. `opg`: the next open, one at
 * this very instant included. `cls`: the end of the session it is in, or of the next one. Over bars of a day or more a bar is a session.
 * @throws InvalidInputError `calendar_range` past the last date the calendar knows
 */
export function orderTimes(order: Order, instrument: Instrument, time: number): OrderTimes {
  const { calendar } = instrument;
  switch (order.timeInForce) {
    case "day":
      return { ...ANY_TIME, until: sessionClose(calendar, time) };
    case "gtd":
      return { ...ANY_TIME, until: order.goodTillDate ?? Number.POSITIVE_INFINITY };
    case "opg":
      return hasDays(instrument) ? { ...ANY_TIME, auction: "open" } : nextOpen(calendar, time);
    case "cls":
      return {
        ...ANY_TIME,
        auction: "close",
        until: hasDays(instrument) ? Number.POSITIVE_INFINITY : sessionClose(calendar, time),
      };
    default:
      return ANY_TIME;
  }
}

/** True when the bars are days or longer. */
export function hasDays(instrument: Instrument): boolean {
  return instrument.timestep.milliseconds >= DAY;
}

function sessionClose(calendar: Calendar, time: number): number {
  const session = calendar.sessionAt(time) ?? calendar.nextSession(time);
  return session?.close ?? Number.POSITIVE_INFINITY;
}

function nextOpen(calendar: Calendar, time: number): OrderTimes {
  const current = calendar.sessionAt(time);
  const session = current?.open === time ? current : calendar.nextSession(time);
  return {
    auction: "open",
    from: session?.open ?? Number.POSITIVE_INFINITY,
    until: session?.close ?? Number.POSITIVE_INFINITY,
  };
}
