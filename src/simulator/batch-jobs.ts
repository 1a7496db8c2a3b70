/** Batch jobs: submitted, asked for until they are done, downloaded. */

import type { BodyFormat } from "./answer-body.ts";
import { ApiError, caseError } from "./api-error.ts";
import { type BatchFile, type BatchRequest, dataFiles, supportFiles, textFile } from "./batch-files.ts";
import { Chance, seedFrom } from "./chance.ts";
import { isoOfNs } from "./days.ts";
import { countRecords, resolveQuery } from "./record-stream.ts";
import { billableSize, costOf, type Service } from "./service.ts";

/** States in the order a job goes through them: one further each time somebody asks. */
export const JOB_STATES = ["queued", "processing", "done"] as const;

/** The user all jobs belong to. */
export const USER_ID = "SIMULATED";

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const SECOND_NS = 1_000_000_000n;

/** One job. */
export interface BatchJob {
  readonly id: string;
  readonly request: BatchRequest;
  readonly records: number;
  readonly cost: number;
  /** ns; counted from the end of the data and not from a clock, so that a run can be repeated. */
  readonly received: bigint;
  /** Index into `JOB_STATES`. */
  progress: number;
  /** Made once the job is done. */
  files: readonly BatchFile[] | undefined;
}

/** All jobs of a service. */
export class BatchJobs {
  readonly #service: Service;
  readonly #jobs: BatchJob[] = [];

  constructor(service: Service) {
    this.#service = service;
  }

  /** Takes a job and charges for it. @throws ApiError as get_range does */
  async submit(request: BatchRequest): Promise<BatchJob> {
    const service = this.#service;
    const records = await countRecords(service.market, request.query, resolveQuery(service.symbology, request.query));
    const cost = costOf(service, request.query, records);
    service.account.charge(cost);
    const received = service.availableEnd + BigInt(this.#jobs.length) * SECOND_NS;
    const id = jobId(request.query.dataset.name, received, seedFrom(service.seed, "job", this.#jobs.length));
    const job: BatchJob = { id, request, records, cost, received, progress: 0, files: undefined };
    this.#jobs.push(job);
    return job;
  }

  /** All jobs as somebody who asks sees them. */
  async poll(): Promise<readonly BatchJob[]> {
    for (const job of this.#jobs) await this.#advance(job);
    return this.#jobs;
  }

  /** One job, likewise. @throws ApiError 404 */
  async pollOne(id: string): Promise<BatchJob> {
    const job = this.#find(id);
    await this.#advance(job);
    return job;
  }

  /** The files of a job. @throws ApiError 404 for a job that is none or is not done */
  filesOf(id: string): readonly BatchFile[] {
    const { files } = this.#find(id);
    if (files === undefined) throw new ApiError(404, `Job ${id} is not done`);
    return files;
  }

  #find(id: string): BatchJob {
    const job = this.#jobs.find((candidate) => candidate.id === id);
    if (job === undefined) throw caseError(404, "batch_job_not_found", `Batch job '${id}' was not found`);
    return job;
  }

  async #advance(job: BatchJob): Promise<void> {
    if (job.progress < JOB_STATES.length - 1) job.progress += 1;
    if (JOB_STATES[job.progress] !== "done" || job.files !== undefined) return;
    const files = [
      ...(await dataFiles(this.#service, job.request)),
      ...(await supportFiles(this.#service, job.request, job.id)),
    ];
    const listed = files.map(({ filename, size, sha256 }) => ({ filename, size, hash: `sha256:${sha256}` }));
    job.files = [...files, await textFile("manifest.json", { job_id: job.id, files: listed })];
  }
}

function jobId(dataset: string, received: bigint, seed: number): string {
  const chance = new Chance(seed);
  const letters = Array.from({ length: 10 }, () => LETTERS.charAt(chance.bits() % LETTERS.length)).join("");
  return `${dataset.slice(0, 4)}-${isoOfNs(received).slice(0, 10).replaceAll("-", "")}-${letters}`;
}

/** A job as the service describes it. */
export function describeJob(job: BatchJob): Record<string, unknown> {
  const { query, format, splitDuration, splitSymbols } = job.request;
  const state = JOB_STATES[job.progress];
  const done = state === "done";
  const after = (seconds: bigint) => isoOfNs(job.received + seconds * SECOND_NS);
  const size = billableSize(query, job.records);
  const packageSize = job.files?.reduce((sum, file) => sum + file.size, 0) ?? null;
  return {
    id: job.id,
    user_id: USER_ID,
    cost_usd: job.cost,
    dataset: query.dataset.name,
    symbols: query.symbols.join(","),
    stype_in: query.stypeIn,
    stype_out: query.stypeOut,
    schema: query.schema,
    start: isoOfNs(query.start),
    end: isoOfNs(query.end),
    limit: query.limit ?? null,
    ...describeFormat(format),
    split_symbols: splitSymbols,
    split_duration: splitDuration === "none" ? null : splitDuration,
    split_size: null,
    packaging: null,
    delivery: "download",
    record_count: done ? job.records : null,
    billed_size: done ? size : null,
    actual_size: done ? size : null,
    package_size: done ? packageSize : null,
    state,
    ts_received: after(0n),
    ts_queued: after(1n),
    ts_process_start: job.progress > 0 ? after(2n) : null,
    ts_process_done: done ? after(3n) : null,
    ts_expiration: done ? after(30n * 86_400n) : null,
    progress: done ? 100 : job.progress * 50,
  };
}

function describeFormat(format: BodyFormat): Record<string, unknown> {
  return {
    encoding: format.encoding,
    compression: format.compression === "none" ? null : format.compression,
    pretty_px: format.prettyPrices,
    pretty_ts: format.prettyTimes,
    map_symbols: format.mapSymbols,
  };
}
