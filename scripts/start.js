// `npm start`: an example strategy over Databento's whole path. Without a choice in the environment or in `.env` the service is a simulated
// one inside the process; with DATA_SOURCE=databento and DATABENTO_API_KEY it is the real one, and asks before it spends anything.
import { existsSync } from "node:fs";
import { config } from "dotenv";

if (existsSync(".env")) config({ path: ".env", quiet: true });
process.env.DATA_SOURCE ||= "simulated";
const example =
  "backtest strategies/sma-cross.ts --start 2024-01-02 --end 2024-07-01 --param timestep=1h fast=50 slow=200";
const costs = "--fee-per-contract 2.25 --slippage-ticks 1 --out runs/first-light";
process.argv.splice(2, 0, ...`${example} ${costs}`.split(" "));
await import("../dist/cli/main.js");
