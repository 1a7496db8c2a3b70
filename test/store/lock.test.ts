import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CacheEvent } from "../../src/store/cache-events.ts";
import { withLock } from "../../src/store/file-lock.ts";

let folder: string;
let path: string;
let events: CacheEvent[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "backlit-lock-"));
  path = join(folder, "below", "lock");
  events = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const lock = <Value>(work: () => Promise<Value>, timeoutSeconds = 5, signal?: AbortSignal) =>
  withLock(path, { timeoutSeconds, signal, onEvent: (event) => events.push(event) }, work);
const hold = async (holder: object) => {
  await lock(async () => {});
  writeFileSync(path, JSON.stringify(holder));
};
/** The number of a process that has ended. */
const endedPid = () => spawnSync(process.execPath, ["-e", ""]).pid;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe("the lock of the cache", () => {
  it("lets one work at a time, in the order of asking, and is gone afterwards", async () => {
    const told: string[] = [];
    const work = (name: string) =>
      lock(async () => {
        told.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        told.push(`${name} ends`);
      });
    await Promise.all([work("a"), work("b"), work("c")]);
    expect(told).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    expect(existsSync(path)).toBe(false);
  });

  it("goes on after work that failed", async () => {
    const failed = lock(() => Promise.reject(new Error("no")));
    const next = lock(async () => "yes");
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("yes");
    expect(existsSync(path)).toBe(false);
  });

  it("takes the lock of a process that has ended", async () => {
    const pid = endedPid();
    await hold({ pid, host: hostname(), token: "old" });
    expect(await lock(async () => readFileSync(path, "utf8"))).toContain(`"pid":${process.pid}`);
    expect(events).toEqual([{ kind: "lock_taken_over", holder: `process ${pid} on ${hostname()}` }]);
  });

  it("waits for one that runs, then gives up and says who it was", async () => {
    await hold({ pid: process.ppid, host: hostname(), token: "other" });
    const refused = lock(async () => {}, 0.3);
    await expect(refused).rejects.toMatchObject({ name: "CacheLockedError", code: "cache_locked" });
    await expect(refused).rejects.toThrow(`process ${process.ppid}`);
    expect(events).toEqual([{ kind: "lock_awaited", holder: `process ${process.ppid} on ${hostname()}` }]);
    expect(existsSync(path)).toBe(true);
  });

  it("takes that of another machine, or a damaged one, after a minute of silence and not before", async () => {
    for (const content of [JSON.stringify({ pid: 1, host: "elsewhere", token: "far" }), "{"]) {
      await lock(async () => {});
      writeFileSync(path, content);
      await expect(lock(async () => {}, 0.2)).rejects.toMatchObject({ name: "CacheLockedError" });
      utimesSync(path, minutesAgo(2), minutesAgo(2));
      expect(await lock(async () => "mine")).toBe("mine");
    }
  });

  it("takes one that bears its own number from before it began", async () => {
    await hold({ pid: process.pid, host: hostname(), token: "before" });
    utimesSync(path, new Date(performance.timeOrigin - 1_000), new Date(performance.timeOrigin - 1_000));
    expect(await lock(async () => "mine")).toBe("mine");
    expect(events.map(({ kind }) => kind)).toEqual(["lock_taken_over"]);
  });

  it("stops waiting when it is told to", async () => {
    await hold({ pid: process.ppid, host: hostname(), token: "other" });
    const signal = AbortSignal.timeout(100);
    await expect(lock(async () => {}, 60, signal)).rejects.toMatchObject({
      name: expect.stringMatching(/Timeout|Abort/),
    });
  });

  it("leaves a lock that another took over meanwhile", async () => {
    await lock(async () =>
      writeFileSync(path, JSON.stringify({ pid: process.ppid, host: hostname(), token: "theirs" })),
    );
    expect(readFileSync(path, "utf8")).toContain("theirs");
  });
});
