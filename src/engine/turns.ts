/**
 * How the loops of strategies that share an account take turns. All of them close the bars of an instant before shares are split or contracts expire
 * in the book of one of them, and all of that happens before one of them calls a hook;
 * all of them call their hooks before one of them opens a bar; all of them fill what their own cash and that of others allows before
 * one of them hears of it. So no strategy decides with money that another one gets or spends only later.
 */
export interface Turns {
  /**
   * Waits for an instant. `close` takes in the bars that close then, `settle` what happens to the account once all have; neither calls a hook.
   * @returns the instant to go on with: the one asked for, or an earlier one at which the account did something with this strategy's positions
   */
  enter(time: number, close: (time: number) => void, settle: (time: number) => void): Promise<number>;
  /**
   * Waits until the bars of an instant open, and until all strategies' orders have met them.
   * @param match fills what the opens fill; true when anything happened
   * @returns what `match` answered
   */
  open(time: number, open: () => void, match: () => boolean): Promise<boolean>;
  /** Waits until the others too have nothing left to happen. */
  end(): Promise<void>;
  /** Takes part no more; before its `end` came, this stops the others. */
  leave(): void;
}
