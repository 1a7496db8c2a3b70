import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { decodeDbn } from "../../src/dbn/index.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { authorization, data, json, send } from "./client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

const REQUEST = {
  dataset: "GLBX.MDP3",
  symbols: "ESH4,NQH4",
  schema: "ohlcv-1h",
  start: "2024-01-30",
  end: "2024-02-10",
};

interface Job {
  readonly id: string;
  readonly state: string;
  readonly record_count: number | null;
}

interface File {
  readonly filename: string;
  readonly size: number;
  readonly hash: string;
  readonly urls: { readonly https: string };
}

async function finished(options: Record<string, string>): Promise<{ job: Job; files: File[] }> {
  const submitted = (await json(simulator, "batch.submit_job", { ...REQUEST, encoding: "dbn", ...options })) as Job;
  expect(submitted).toMatchObject({ state: "queued", record_count: null, user_id: "SIMULATED" });
  let job = submitted;
  while (job.state !== "done") job = (await json(simulator, "batch.get_job_details", { job_id: job.id })) as Job;
  return { job, files: (await json(simulator, "batch.list_files", { job_id: job.id })) as File[] };
}

async function download(file: File, range?: string): Promise<{ status: number; bytes: Buffer }> {
  const headers = { ...authorization(simulator.key), ...(range === undefined ? {} : { Range: range }) };
  const response = await fetch(file.urls.https, { headers });
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

it("cuts a job into files whose sizes, hashes and records are right", async () => {
  const { job, files } = await finished({ split_duration: "month", split_symbols: "1", compression: "zstd" });
  const names = files.map(({ filename }) => filename);
  expect(names.slice(0, 4)).toEqual([
    "glbx-mdp3-20240130-20240131.ohlcv-1h.ESH4.dbn.zst",
    "glbx-mdp3-20240130-20240131.ohlcv-1h.NQH4.dbn.zst",
    "glbx-mdp3-20240201-20240209.ohlcv-1h.ESH4.dbn.zst",
    "glbx-mdp3-20240201-20240209.ohlcv-1h.NQH4.dbn.zst",
  ]);
  expect(names.slice(4)).toEqual(["metadata.json", "condition.json", "symbology.json", "manifest.json"]);
  let records = 0;
  for (const file of files) {
    const { bytes } = await download(file);
    expect([bytes.length, `sha256:${createHash("sha256").update(bytes).digest("hex")}`]).toEqual([
      file.size,
      file.hash,
    ]);
    if (file.filename.endsWith(".zst")) records += decodeDbn(bytes).records.length;
  }
  expect(records).toBe(job.record_count);
  expect(records).toBe((await data(simulator, REQUEST)).records.length);
});

it("downloads a part of a file, and refuses one beyond its end", async () => {
  const { files } = await finished({ split_duration: "none" });
  const [file] = files;
  if (file === undefined) throw new Error("The job has no files");
  const { bytes } = await download(file);
  const part = await download(file, `bytes=1000-${file.size - 1}`);
  expect([part.status, part.bytes.equals(bytes.subarray(1_000))]).toEqual([206, true]);
  expect((await download(file, "bytes=10-19")).bytes.equals(bytes.subarray(10, 20))).toBe(true);
  expect((await download(file, `bytes=${file.size}-`)).status).toBe(416);
});

it("answers 404 for a job that is none", async () => {
  for (const endpoint of ["batch.get_job_details", "batch.list_files", "batch.download"]) {
    expect((await send(simulator, endpoint, { job_id: "GLBX-20240101-NOPE" })).status).toBe(404);
  }
});
