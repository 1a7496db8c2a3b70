import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkCalendars, checkNode } from "../../src/cli/doctor/system-checks.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { run, temporaryFolder, write } from "./support.ts";

interface Told {
  readonly name: string;
  readonly standing: string;
  readonly found: string;
  readonly next?: string;
}

/** Variables of the tests' own environment that would be told. */
const UNSET = { DATABENTO_API_KEY: "", DATABENTO_HISTORICAL_URL: "", DATABENTO_MAX_COST: "", BACKLIT_CACHE_DIR: "" };
const KEY = "db-abcdefghijklmnopqrstuvwxy1234";

async function doctor(environment: Record<string, string> = {}, folder = temporaryFolder()) {
  const own = { ...UNSET, BACKLIT_CACHE_DIR: join(folder, "cache") };
  const { code, stdout, stderr } = await run(folder, ["doctor", "--json"], { ...own, ...environment });
  expect(stderr).toBe("");
  const { checks } = JSON.parse(stdout) as { checks: readonly Told[] };
  const of = (name: string) => checks.find((check) => check.name === name);
  return { code, of, stdout };
}

describe("doctor", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  it("finds nothing wrong in an empty folder, and leaves nothing behind", async () => {
    const folder = temporaryFolder();
    const { code, of } = await doctor({}, folder);
    expect(code).toBe(0);
    for (const name of ["node", "versions", "env file", "source", "key", "settings", "cache", "service"])
      expect(of(name), name).toMatchObject({ standing: "ok" });
    expect(of("cache")?.found).toContain(`${folder}/cache (will be made)`);
    expect(of("service")?.found).toContain("not asked");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("tells every check on a line, with the next step under what is not right", async () => {
    const { stdout, code } = await run(temporaryFolder(), ["doctor"], { ...UNSET, DATA_SOURCE: "fiel" });
    expect(stdout).toMatch(/^ok {4}node {6}\d+\.\d+/m);
    expect(stdout).toMatch(/^fail {2}source .*'?fiel.*\n +-> Did you mean 'file'\?/m);
    expect(code).toBe(1);
  });

  it("asks the configured service, whose clock and word on the key it tells", async () => {
    const { of, code, stdout } = await doctor({
      DATABENTO_HISTORICAL_URL: simulator.url,
      DATABENTO_API_KEY: simulator.key,
    });
    expect(of("service")).toMatchObject({ standing: "ok", found: `${new URL(simulator.url).host} answers` });
    expect(of("clock")).toMatchObject({ standing: "ok" });
    expect(of("account")).toMatchObject({ standing: "ok", found: "the service takes the key; 2 datasets" });
    expect(stdout).not.toContain(simulator.key);
    expect(code).toBe(0);
  });

  it("tells a key that is refused, and never shows it", async () => {
    const { of, code, stdout } = await doctor({ DATABENTO_HISTORICAL_URL: simulator.url, DATABENTO_API_KEY: KEY });
    expect(of("key")).toMatchObject({ standing: "ok" });
    expect(of("key")?.found).toContain("****y1234");
    expect(of("account")).toMatchObject({ standing: "fail", found: "the service refuses the key" });
    expect(stdout).not.toContain(KEY.slice(0, 20));
    expect(code).toBe(1);
  });

  it("tells of a key without the shape of one once, not as a trouble of the service", async () => {
    const { of } = await doctor({ DATABENTO_HISTORICAL_URL: simulator.url, DATABENTO_API_KEY: "db-half-a-key" });
    expect(of("key")).toMatchObject({ standing: "fail" });
    expect(of("account")).toBeUndefined();
  });

  it("tells of an address the client refuses", async () => {
    const { of } = await doctor({
      DATABENTO_HISTORICAL_URL: simulator.url.replace("//", "//user:secret@"),
      DATABENTO_API_KEY: simulator.key,
    });
    expect(of("account")).toMatchObject({ standing: "fail", found: expect.stringContaining("holds credentials") });
    expect(JSON.stringify(of("account"))).toContain("DATABENTO_HISTORICAL_URL");
  });

  it("tells a clock that is off", async () => {
    // The server lives an hour in the future, so this machine is an hour behind.
    const server = createServer((_request, response) => {
      response.setHeader("date", new Date(Date.now() + 3_600_000).toUTCString()).end("{}");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { of, code } = await doctor({ DATABENTO_HISTORICAL_URL: `http://127.0.0.1:${port}` });
    server.close();
    expect(of("clock")?.standing).toBe("warn");
    expect(of("clock")?.found).toMatch(/^3(599|600|601) s behind/);
    expect(code).toBe(0);
  });

  it("passes over a service that is not there", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { of, code } = await doctor({ DATABENTO_HISTORICAL_URL: `http://127.0.0.1:${port}` });
    expect(of("service")).toMatchObject({ standing: "warn" });
    expect(of("service")?.found).toContain("ECONNREFUSED");
    expect(code).toBe(0);
  });

  it.each([
    ["a key of another shape", { DATABENTO_API_KEY: "db-short" }, "key", "8 characters"],
    ["no key where the source needs one", { DATA_SOURCE: "databento" }, "key", "is not set"],
    ["an address that is none", { DATABENTO_HISTORICAL_URL: "localhost" }, "service", "not reached"],
    [
      "a limit that is no number",
      { DATABENTO_MAX_COST: "db-verysecretlookingthing" },
      "settings",
      "DATABENTO_MAX_COST",
    ],
    [
      "a ceiling that is no number",
      { DATABENTO_MONTHLY_CEILING: "5 dollars" },
      "settings",
      "DATABENTO_MONTHLY_CEILING",
    ],
  ])("tells %s", async (_what, environment, name, told) => {
    const { of, stdout } = await doctor(environment);
    expect(of(name)?.standing).not.toBe("ok");
    expect(of(name)?.found).toContain(told);
    expect(of(name)?.next).toMatch(/\w/);
    expect(stdout).not.toContain("verysecret");
  });

  it("reads .env, and warns of one that git would take", async () => {
    const folder = temporaryFolder();
    write(folder, { ".env": `DATABENTO_MAX_RETRIES=3\n` });
    const before = await doctor({}, folder);
    expect(before.of("env file")).toMatchObject({ standing: "ok", found: ".env is read" });
    expect(before.of("settings")?.found).toContain("DATABENTO_MAX_RETRIES=3");
    execFileSync("git", ["init", "-q"], { cwd: folder });
    expect((await doctor({}, folder)).of("env file")).toMatchObject({ standing: "warn" });
    write(folder, { ".gitignore": ".env\n" });
    expect((await doctor({}, folder)).of("env file")).toMatchObject({ standing: "ok" });
  });

  it.skipIf(process.getuid?.() === 0)("tells a cache that cannot be written (root may write anywhere)", async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o555);
    const { of, code } = await doctor({ BACKLIT_CACHE_DIR: join(folder, "cache") });
    chmodSync(folder, 0o755);
    expect(of("cache")?.standing).toBe("fail");
    expect(code).toBe(1);
  });

  it("tells a cache folder that is a file", async () => {
    const folder = temporaryFolder();
    write(folder, { cache: "text" });
    const { of, code } = await doctor({ BACKLIT_CACHE_DIR: join(folder, "cache") }, folder);
    expect(of("cache")).toMatchObject({ standing: "fail" });
    expect(of("cache")?.found).toContain("is not a folder");
    expect(code).toBe(1);
  });
});

describe("the checks of the system", () => {
  it("know the oldest Node", () => {
    expect(checkNode("20.18.3").standing).toBe("fail");
    expect(checkNode("20.19.0").standing).toBe("ok");
    expect(checkNode("24.0.0").standing).toBe("ok");
  });

  it("tell calendars that end, and the day", () => {
    expect(checkCalendars(Date.UTC(2026, 0, 2)).standing).toBe("ok");
    // CME's crypto calendar ends with 2026-05-29.
    expect(checkCalendars(Date.UTC(2026, 4, 1)).found).toContain("CME_CRYPTO ends 2026-05-29");
    expect(checkCalendars(Date.UTC(2026, 5, 1)).found).toContain("CME_CRYPTO ended 2026-05-29");
    expect(checkCalendars(Date.UTC(2026, 5, 1)).standing).toBe("warn");
  });
});
