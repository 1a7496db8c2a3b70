import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DbnRecord, decodeDbn, indexTimestamp, SymbolMap } from "../../src/dbn/index.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { ask, json, type Parameters } from "../simulator/client.ts";
import { prepareDatabentoClient, runDatabentoClient, startSecureSimulator } from "./databento-client.ts";

/** A request as the vendor's client saw its answer. */
interface Frame {
  readonly columns: readonly string[];
  /** Index time (ns, beyond what a double holds exactly: JSON is read with care), symbol, columns. */
  readonly rows: readonly (readonly (string | number)[])[];
  readonly pretty_rows: number;
  readonly mappings: Readonly<Record<string, readonly (readonly string[])[]>>;
}

interface Refusal {
  readonly status: number;
  readonly text: string;
}

const reason = prepareDatabentoClient();
if (reason !== undefined) console.log(`Simulator conformance is skipped: ${reason}`);

const FUTURES = "GLBX.MDP3";
const DAYS = { dataset: FUTURES, start: "2024-03-08", end: "2024-03-13" };
const HOUR = { dataset: FUTURES, start: "2024-03-08T14:00", end: "2024-03-08T15:00" };

/** The requests of the script beside this file, once more for our own decoder. */
const REQUESTS: Readonly<Record<string, Parameters>> = {
  raw: { ...DAYS, symbols: "ESH4,NQM4", schema: "ohlcv-1m" },
  continuous: { ...DAYS, symbols: "ES.v.0", schema: "ohlcv-1m", stype_in: "continuous" },
  parent: { ...HOUR, symbols: "CL.FUT", schema: "ohlcv-1m", stype_in: "parent" },
  hourly: { ...DAYS, symbols: "ES.FUT", schema: "ohlcv-1h", stype_in: "parent" },
  seconds: { ...HOUR, symbols: "GC.c.0", schema: "ohlcv-1s", stype_in: "continuous" },
  trades: { ...HOUR, symbols: "ESH4,ESM4", schema: "trades", limit: "5000" },
  quotes: { ...HOUR, symbols: "ESH4", schema: "bbo-1m" },
  statistics: { ...DAYS, symbols: "ESH4", schema: "statistics" },
  stocks: {
    dataset: "XNAS.ITCH",
    start: "2024-03-07",
    end: "2024-03-12",
    symbols: "AAPL,MSFT",
    schema: "ohlcv-1h",
  },
};

function cell(record: DbnRecord, column: string): string {
  const level = "levels" in record && column.endsWith("_00") ? record.levels[0] : undefined;
  const name = column.replace(/_00$/, "").replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return String(Reflect.get(level ?? record, name));
}

/** Our rows of the same request, as texts: whole numbers of 64 bits do not survive a double. */
function ourRows(bytes: Uint8Array, columns: readonly string[]): string[] {
  const { metadata, records } = decodeDbn(bytes);
  const symbols = SymbolMap.fromMetadata(metadata);
  return records.map((record) =>
    [indexTimestamp(record), symbols.symbolOf(record), ...columns.map((column) => cell(record, column))].join(" "),
  );
}

describe.skipIf(reason !== undefined)("The vendor's own Python client, unmodified, works against the simulator", () => {
  let secure: Simulator;
  let plain: Simulator;
  let answers: Record<string, unknown>;
  const answer = <Shape>(name: string) => answers[name] as Shape;

  beforeAll(async () => {
    secure = await startSecureSimulator();
    // Another service of the same seed: equal rows show as well that a seed is a market.
    plain = await startSimulator();
    const stdout = await runDatabentoClient("simulator-client.py", secure);
    // Whole numbers past 2^53 are kept as text.
    answers = JSON.parse(stdout.replace(/(?<=[[ ])-?\d{16,}(?=[,\]])/g, '"$&"')) as Record<string, unknown>;
  }, 400_000);

  afterAll(async () => {
    await secure?.close();
    await plain?.close();
  });

  it.each(Object.keys(REQUESTS))("get_range to_df, %s: the values our decoder reads", async (name) => {
    const { columns, rows, pretty_rows } = answer<Frame>(name);
    const request = { ...REQUESTS[name], encoding: "dbn", compression: "zstd" };
    const ours = ourRows(await ask(plain, "timeseries.get_range", request), columns);
    expect(rows.length).toBeGreaterThan(5);
    expect(pretty_rows).toBe(rows.length);
    expect(rows.map((row) => row.join(" "))).toEqual(ours);
  });

  it("reads the mappings of a continuous symbol across its roll", () => {
    const intervals = answer<Frame>("continuous").mappings["ES.v.0"] ?? [];
    expect(intervals.map(([start, end]) => [start, end])).toEqual([
      ["2024-03-08", "2024-03-12"],
      ["2024-03-12", "2024-03-13"],
    ]);
  });

  it("reads definitions with expirations in the right decade", () => {
    const definitions = answer<(string | number)[][]>("definitions");
    expect(definitions[0]).toEqual(["ESH4", "F", "XCME", 0.25, "2024-03-15 13:30:00+00:00"]);
    expect(new Set(definitions.map(([symbol]) => symbol))).toEqual(new Set(["ESH4", "ESM4", "ESU4", "ESZ4", "ESH5"]));
  });

  it("gets metadata, prices and resolved symbols", async () => {
    const same = async (name: string, endpoint: string, parameters: Parameters) =>
      expect(answer(name)).toEqual(await json(plain, endpoint, parameters));
    await same("publishers", "metadata.list_publishers", {});
    await same("datasets", "metadata.list_datasets", {});
    await same("schemas", "metadata.list_schemas", { dataset: FUTURES });
    await same("fields", "metadata.list_fields", { schema: "ohlcv-1m", encoding: "dbn" });
    await same("unit_prices", "metadata.list_unit_prices", { dataset: FUTURES });
    await same("range", "metadata.get_dataset_range", { dataset: FUTURES });
    const rows = answer<Frame>("continuous").rows.length;
    expect([answer("count"), answer("size")]).toEqual([rows, rows * 56]);
    expect(answer("cost")).toBeCloseTo((rows * 56 * 150) / 1e9, 12);
    expect(answer<{ date: string }[]>("condition").map(({ date }) => date)).toEqual([
      "2024-03-08",
      "2024-03-10",
      "2024-03-11",
      "2024-03-12",
    ]);
    expect(answer<object>("resolved")).toMatchObject({ not_found: ["NOPE.v.0"], status: 1 });
  });

  it.each([
    ["late", 422, "data_end_after_available_end"],
    ["unknown", 422, "symbology_invalid_request"],
    ["unlicensed", 403, "license_not_found_unauthorized"],
    ["stranger", 401, "auth_authentication_failed"],
  ])("raises BentoClientError for a refusal: %s", (name, status, text) => {
    expect(answer<Refusal>(name).status).toBe(status);
    expect(answer<Refusal>(name).text).toContain(`${status} ${text}`);
  });

  it("submits a batch job, waits for it and downloads it, hash checked", () => {
    expect(answer("job_states")).toEqual(["queued", "processing", "done"]);
    expect(answer<string[]>("job_files")[0]).toBe("glbx-mdp3-20240308.ohlcv-1h.csv");
    expect(answer<string[]>("job_downloaded")).toEqual(answer<string[]>("job_files").slice().sort());
    expect(answer("job_head")).toBe("ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol");
    expect(answer("job_warnings")).toEqual([]);
  });
});
