import { describe, expect, it } from "vitest";
import { metricsPage } from "../../src/report/metrics/page.ts";
import { metricGroups, metricNames, metricRegistry } from "../../src/report/metrics/registry.ts";

describe("the registry", () => {
  it("is the page docs/metrics.md (after a change run this test with -u)", async () => {
    await expect(metricsPage()).toMatchFileSnapshot("../../docs/metrics.md");
  });

  it("lists every metric in exactly one group", () => {
    const grouped = metricGroups.flatMap((group) => Object.keys(group.metrics));
    expect(grouped.toSorted()).toEqual(metricNames.toSorted());
    expect(new Set(grouped).size).toBe(grouped.length);
  });

  it("says of every metric what it is", () => {
    for (const name of metricNames) {
      const { title, formula, reference } = metricRegistry[name];
      for (const words of [title, formula, reference]) expect(words.trim().length).toBeGreaterThan(2);
    }
  });

  it("has no two metrics of one title", () => {
    const titles = metricNames.map((name) => metricRegistry[name].title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
