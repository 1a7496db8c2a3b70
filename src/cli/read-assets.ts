import { Asset, fieldsOf, parseAsset } from "../market/asset.ts";
import { isBacklitError } from "../market/errors.ts";
import type { BacktestFlags } from "./backtest-flags.ts";
import { usageError } from "./usage-error.ts";

/**
 * The assets of `--asset`, with the contract size of `--multiplier` and `--tick-size` where those are given.
 * @throws BacklitError `invalid_argument`
 */
export function readAssets({ asset, multiplier, tickSize }: BacktestFlags): readonly Asset[] | undefined {
  const size = { ...(multiplier === undefined ? {} : { multiplier }), ...(tickSize === undefined ? {} : { tickSize }) };
  const sized = Object.keys(size).length > 0;
  if (asset === undefined && sized) {
    throw usageError("Reading --multiplier and --tick-size: they belong to --asset, which was not given");
  }
  return asset?.map((text) => {
    const parsed = readAsset("--asset", text);
    return sized ? withSize(parsed, size) : parsed;
  });
}

/** One asset in the words of the command line. */
export function readAsset(flag: string, text: string): Asset {
  try {
    return parseAsset(text);
  } catch (thrown) {
    if (!isBacklitError(thrown)) throw thrown;
    throw usageError(`${flag}: ${thrown.message}`, thrown.hint);
  }
}

function withSize(asset: Asset, size: { readonly multiplier?: number; readonly tickSize?: number }): Asset {
  return new Asset({ ...fieldsOf(asset), ...size });
}
