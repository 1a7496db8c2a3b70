import type { RefusalCode, RunEvent } from "../market/events.ts";
import type { Order } from "../market/order.ts";
import { formatInstant } from "../market/time.ts";
import type { LogSink } from "./engine-context.ts";

/** Writes what happens to orders into the run's events; refusals and cuts go to the log as well. */
export class OrderEvents {
  private readonly events: RunEvent[];
  private readonly log: LogSink;

  constructor(events: RunEvent[], log: LogSink) {
    this.events = events;
    this.log = log;
  }

  info(time: number, code: RunEvent["code"], order: Order, message: string): void {
    this.add({ ...about(time, code, order, message), level: "info" });
  }

  warn(time: number, code: RunEvent["code"], order: Order, message: string): void {
    this.add({ ...about(time, code, order, message), level: "warning" });
    this.log("info", message, time);
  }

  refusal(time: number, code: RunEvent["code"], order: Order, message: string, reason: RefusalCode): void {
    this.add({ ...about(time, code, order, message), level: "warning", reason });
    this.log("info", message, time);
  }

  private add(event: RunEvent): void {
    this.events.push(event);
  }
}

function about(time: number, code: RunEvent["code"], order: Order, message: string) {
  return { time, code, message: `${message} (${formatInstant(time)})`, asset: order.asset, orderId: order.id };
}
