/** `batch.*` and the downloads. */

import { type Answer, type Call, jsonAnswer } from "./answer.ts";
import { readBodyFormat } from "./answer-body.ts";
import { ApiError, fieldError } from "./api-error.ts";
import { type BatchFile, SPLIT_DURATIONS } from "./batch-files.ts";
import { type BatchJobs, describeJob, JOB_STATES, USER_ID } from "./batch-jobs.ts";
import { Fields } from "./fields.ts";
import { readRangeQuery, readSymbols } from "./range-query.ts";
import type { Service } from "./service.ts";
import { parseTime } from "./timestamps.ts";
import { zipOf } from "./zip.ts";

/** Takes a job. */
export async function submitJob(service: Service, jobs: BatchJobs, { parameters }: Call): Promise<Answer> {
  const fields = new Fields(parameters);
  for (const name of ["dataset", "symbols", "schema", "encoding", "start"]) fields.required(name);
  const query = readRangeQuery(fields, service.availableEnd);
  const splitSymbols = fields.flag("split_symbols");
  if (splitSymbols && readSymbols(fields)?.[0] === "ALL_SYMBOLS") {
    throw fieldError("split_symbols", "cannot split when symbols is 'ALL_SYMBOLS'");
  }
  const job = await jobs.submit({
    query,
    format: readBodyFormat(fields, query.symbols),
    splitDuration: fields.oneOf("split_duration", SPLIT_DURATIONS, "day"),
    splitSymbols,
  });
  return jsonAnswer(describeJob(job));
}

/** The jobs in some states, received since some time. */
export async function listJobs(jobs: BatchJobs, { parameters }: Call): Promise<Answer> {
  const fields = new Fields(parameters);
  const states: readonly string[] = fields.list("states") ?? JOB_STATES;
  const sinceText = fields.optional("since");
  const since = sinceText === undefined ? 0n : parseTime(sinceText, "since").start;
  const known = await jobs.poll();
  const asked = known.filter((job) => states.includes(JOB_STATES[job.progress] ?? "") && job.received >= since);
  return jsonAnswer(asked.map(describeJob));
}

/** One job. */
export async function getJobDetails(jobs: BatchJobs, { parameters }: Call): Promise<Answer> {
  return jsonAnswer(describeJob(await jobs.pollOne(new Fields(parameters).required("job_id"))));
}

/** The files of a job. @param base address of the service, for the files' own */
export async function listFiles(jobs: BatchJobs, { parameters }: Call, base: string): Promise<Answer> {
  const id = new Fields(parameters).required("job_id");
  await jobs.pollOne(id);
  return jsonAnswer(
    jobs.filesOf(id).map(({ filename, size, sha256 }) => ({
      filename,
      size,
      hash: `sha256:${sha256}`,
      urls: { https: `${base}/v0/batch/download/${USER_ID}/${id}/${filename}`, ftp: null },
    })),
  );
}

/** All files of a job as one archive. */
export function downloadArchive(jobs: BatchJobs, { parameters }: Call): Answer {
  const files = jobs.filesOf(new Fields(parameters).required("job_id"));
  return { status: 200, headers: { "Content-Type": "application/zip" }, body: zipOf(files) };
}

/** One file, or a part of it: `batch/download/USER/JOB/FILE`. */
export function downloadFile(jobs: BatchJobs, { endpoint, range }: Call): Answer {
  const [, , user, id = "", name] = endpoint.split("/");
  const file = user === USER_ID ? jobs.filesOf(id).find(({ filename }) => filename === name) : undefined;
  if (file === undefined) throw new ApiError(404, "Not Found");
  const type = { "Content-Type": "application/octet-stream", "Accept-Ranges": "bytes" };
  if (range === undefined) {
    return { status: 200, headers: { ...type, "Content-Length": String(file.size) }, body: file.open() };
  }
  const [from, to] = readRange(range, file);
  const headers = {
    ...type,
    "Content-Length": String(to - from),
    "Content-Range": `bytes ${from}-${to - 1}/${file.size}`,
  };
  return { status: 206, headers, body: slice(file.open(), from, to) };
}

function readRange(range: string, { size }: BatchFile): [from: number, to: number] {
  const match = /^bytes=(\d+)-(\d*)$/.exec(range);
  const from = Number(match?.[1]);
  const last = match?.[2];
  const to = Math.min(size, last === undefined || last === "" ? size : Number(last) + 1);
  if (match === null || from >= to) {
    throw new ApiError(416, "Range Not Satisfiable", { "Content-Range": `bytes */${size}` });
  }
  return [from, to];
}

async function* slice(body: AsyncIterable<Uint8Array>, from: number, to: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of body) {
    const part = piece.subarray(Math.max(0, from - at), Math.max(0, to - at));
    at += piece.length;
    if (part.length > 0) yield part;
    if (at >= to) return;
  }
}
