/**
 * The same strategy on bars as they come: a replay that is paused half-way and goes on, and the orders are those of the backtest.
 *
 *   node --import backlit/register examples/09-replay-and-pause.ts
 */
import { ReplayController, Strategy, SyntheticBacktesting } from "backlit";

const [START, END] = ["2024-03-04T15:00", "2024-03-04T16:00"];

/** In for ten minutes, out for ten. */
class InAndOut extends Strategy {
  override onTradingIteration() {
    const minute = this.getDatetime().minute;
    if (minute % 20 === 0) this.submitOrder(this.createOrder(this.asset, 1, "buy"));
    if (minute % 20 === 10) this.closePosition(this.asset);
  }
}

const tested = await new InAndOut().backtest(SyntheticBacktesting, START, END);

const controller = new ReplayController();
const running = new InAndOut().run({
  source: SyntheticBacktesting,
  broker: "paper",
  start: START,
  end: END,
  // A minute a 60th of a second: the hour takes one.
  speed: 3_600,
  controller,
});
setTimeout(() => controller.pause(), 300);
setTimeout(() => controller.resume(), 600);
const replayed = await running;

const fills = ({ fills }: typeof tested) => fills.map(({ time, side, price }) => `${time} ${side} ${price}`).join("\n");
console.log(
  `${replayed.fills.length} fills in the replay, ${fills(replayed) === fills(tested) ? "all" : "not"} equal to the backtest's`,
);
