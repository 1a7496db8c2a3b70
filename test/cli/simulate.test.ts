import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Historical } from "../../src/databento/index.ts";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

it("simulate says where it is on its first line, answers Databento's client, and ends with Ctrl-C", async () => {
  const child = spawn(process.execPath, [main, "simulate", "--json", "--subscribed"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const { historical, live, key, simulated } = JSON.parse(line.toString()) as Record<string, string>;
    expect([live, simulated]).toEqual([null, true]);
    const client = new Historical({ url: historical ?? "", key: key ?? "" });
    const request = {
      dataset: "GLBX.MDP3",
      schema: "ohlcv-1m",
      symbols: ["ESH4"],
      start: "2024-01-02",
      end: "2024-01-03",
    } as const;
    expect(await client.metadata.getCost(request)).toBe(0);
    expect(await client.metadata.getRecordCount(request)).toBeGreaterThan(1_000);
  } finally {
    child.kill("SIGINT");
  }
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(0);
});
