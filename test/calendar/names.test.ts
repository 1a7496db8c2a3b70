import { describe, expect, it } from "vitest";
import { calendarFor, calendarNames } from "../../src/calendar/index.ts";

describe("calendarFor", () => {
  it.each([
    ["CME_EQUITY", "CME_EQUITY"],
    ["CME_Equity", "CME_EQUITY"],
    ["cme equity", "CME_EQUITY"],
    ["us_futures", "CME_EQUITY"],
    ["CBOT_Equity", "CME_EQUITY"],
    ["CME Globex Equity", "CME_EQUITY"],
    ["CMES", "CME_EQUITY"],
    ["CME_Rate", "CME_RATES"],
    ["CME_InterestRate", "CME_RATES"],
    ["CBOT_Bond", "CME_RATES"],
    ["CME Globex Fixed Income", "CME_RATES"],
    ["CME_Agriculture", "CME_GRAINS"],
    ["CBOT_Agriculture", "CME_GRAINS"],
    ["COMEX_Agriculture", "CME_METALS"],
    ["COMEX", "CME_METALS"],
    ["CMEGlobex_GC", "CME_METALS"],
    ["NYMEX_Agriculture", "CME_ENERGY"],
    ["CMEGlobex_CL", "CME_ENERGY"],
    ["CMEGlobex_FX", "CME_FX"],
    ["CMEGlobex_Livestock", "CME_LIVESTOCK"],
    ["CME Globex Cryptocurrencies", "CME_CRYPTO"],
    ["NYSE", "XNYS"],
    ["NASDAQ", "XNYS"],
    ["BATS", "XNYS"],
    ["stock", "XNYS"],
    ["CFE", "CFE"],
    ["CBOE_Futures", "CFE"],
    ["ICE", "ICE_EU_ENERGY"],
    ["ICEUS", "ICE_US_FINANCIAL"],
    ["NYFE", "ICE_US_FINANCIAL"],
    ["EUREX", "XEUR"],
    ["LSE", "XLON"],
    ["SIFMAUS", "SIFMA_US"],
    ["24/7", "24/7"],
    ["ALWAYS_OPEN", "24/7"],
    ["24/5", "24/5"],
  ])("takes %s for %s", (name, canonical) => {
    expect(calendarFor(name).name).toBe(canonical);
  });

  it("gives the same object for every spelling", () => {
    expect(calendarFor("NYSE")).toBe(calendarFor("xnys"));
  });

  it("takes all of its own names", () => {
    expect(calendarNames().map((name) => calendarFor(name).name)).toEqual(calendarNames());
    expect(new Set(calendarNames()).size).toBe(calendarNames().length);
  });

  it.each([
    ["CME_Equty", "CME_Equity"],
    ["NYES", "NYSE"],
    ["EUREXX", "EUREX"],
  ])("suggests the nearest name for '%s'", (name, nearest) => {
    expect(() => calendarFor(name)).toThrow(
      expect.objectContaining({
        code: "invalid_argument",
        hint: expect.stringMatching(new RegExp(`^Did you mean '${nearest}'\\? Known: 24/7, `, "i")),
      }),
    );
  });

  it("refuses a name that could mean several calendars", () => {
    expect(() => calendarFor("CBOT")).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(() => calendarFor("")).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});
