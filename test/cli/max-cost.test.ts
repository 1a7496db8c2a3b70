import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { copyFromRepository, run, temporaryFolder } from "./support.ts";

const folder = temporaryFolder();
let simulator: Simulator;
beforeAll(async () => {
  copyFromRepository("strategies", folder);
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

const backtest = (source: string, ...words: readonly string[]) => {
  const span = ["--start", "2024-01-08", "--end", "2024-01-10"];
  return run(folder, ["backtest", "strategies/sma-cross.ts", "--source", source, ...span, ...words], {
    DATABENTO_API_KEY: simulator.key,
    DATABENTO_HISTORICAL_URL: simulator.url,
    BACKLIT_CACHE_DIR: join(folder, "cache"),
  });
};

it("--max-cost bounds what a run may spend, and is refused by sources that cost nothing", async () => {
  const refused = await backtest("databento", "--max-cost", "0.0001");
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("exceeds the limit of $0.0001");
  expect(refused.stderr).toContain("--max-cost");
  expect(simulator.spent).toBe(0);

  const unlimited = await backtest("databento");
  expect(unlimited.stderr).toContain("nobody to ask");
  expect(simulator.spent).toBe(0);

  const bought = await backtest("databento", "--max-cost", "1");
  expect(bought.stdout).toContain("[SIMULATED]");
  expect(simulator.spent).toBeGreaterThan(0);
  expect(bought.stdout + bought.stderr).not.toContain(simulator.key);

  const free = await backtest("simulated", "--max-cost", "1");
  expect(free.stderr).toContain("it takes no --max-cost");
});
