import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBarsFile } from "../../src/sources/read-bars-file.ts";
import { plain } from "../bars/generate.ts";

const data = join(import.meta.dirname, "..", "data");
const utc = join(data, "es-utc.csv");
const chicago = join(data, "es-chicago-close-stamped.csv");

describe("the same bars in two conventions", () => {
  it("are the same bars once the conventions are said", async () => {
    const expected = (await readBarsFile(utc)).series.get("ES");
    const table = await readBarsFile(chicago, { timezone: "America/Chicago", stamp: "close" });
    const found = table.series.get("");
    expect(expected?.time.length).toBe(24);
    expect(found && plain(found)).toEqual(expected && plain(expected));
  });

  it("are not guessed", async () => {
    await expect(readBarsFile(chicago)).rejects.toThrow("line 2, column time: the time '2025-03-10 08:31' has no zone");
  });
});
