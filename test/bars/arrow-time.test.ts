import {
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  TimestampNanosecond,
  TimestampSecond,
} from "apache-arrow";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Bars } from "../../src/bars/bars.ts";
import "../../src/run/provide-arrow.ts";
import { ES } from "./generate.ts";

const UNITS = [
  ["s", new TimestampSecond("UTC"), (ms: bigint) => ms / 1000n, 1000],
  ["us", new TimestampMicrosecond("UTC"), (ms: bigint) => ms * 1000n, 1],
  ["ns", new TimestampNanosecond("UTC"), (ms: bigint) => ms * 1_000_000n, 1],
] as const;

it.each(UNITS)("whole milliseconds in %s come out exact", (_name, type, fromMilliseconds, multiple) => {
  const milliseconds = fc.integer({ min: -3e11, max: 4e12 }).map((value) => value - (value % multiple));
  fc.assert(
    fc.property(milliseconds, (time) => {
      const price = makeData({ type: new Float64(), length: 1, nullCount: 0, data: Float64Array.of(1) });
      const data = BigInt64Array.of(fromMilliseconds(BigInt(time)));
      const fields = [
        new Field("time", type),
        ...["open", "high", "low", "close", "volume"].map((name) => new Field(name, new Float64())),
      ];
      const children = [makeData({ type, length: 1, nullCount: 0, data }), price, price, price, price, price];
      const schema = new Schema(fields);
      const struct = makeData({ type: new Struct(fields), length: 1, nullCount: 0, children });
      const bars = Bars.fromArrow(new Table(schema, [new RecordBatch(schema, struct)]), { asset: ES, timestep: "1m" });
      expect(bars.time[0]).toBe(time + 0);
    }),
    { numRuns: 500 },
  );
});
