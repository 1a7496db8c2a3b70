import * as backlit from "backlit";
import { describe, expect, it } from "vitest";

const { addBusinessDays, calendarFor } = backlit;

describe("the example in docs/calendars.md", () => {
  it("runs as it stands, for whoever has the package alone", () => {
    const es = calendarFor("CME_Equity");
    // Sunday 17:00 to Monday 12:00 in Chicago, six hours behind UTC.
    expect(es.session("2025-01-20")).toMatchObject({
      open: Date.UTC(2025, 0, 19, 23),
      close: Date.UTC(2025, 0, 20, 18),
      kind: "holiday",
    });
    const sundayEvening = Date.UTC(2025, 0, 26, 23, 30);
    expect(es.sessionAt(sundayEvening)?.tradeDate).toBe("2025-01-27");
    expect(es.nextSession(sundayEvening)?.tradeDate).toBe("2025-01-28");
    expect(es.tradeDateOf(sundayEvening)).toBe("2025-01-27");
    expect(addBusinessDays(calendarFor("CME_ENERGY"), "2025-02-25", -3)).toBe("2025-02-20");
  });
});
