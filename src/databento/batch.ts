import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BatchFile, BatchJob } from "./answer-types.ts";
import { canonicalRequest } from "./canonical-request.ts";
import { charge } from "./cost-approval.ts";
import { DownloadFileError, InvalidParameterError, NetworkError } from "./errors.ts";
import { neverConnected } from "./explain-failure.ts";
import { downloadFile, type Progress } from "./file-download.ts";
import { DatabentoHttpError, ServerError } from "./http-errors.ts";
import type { BatchParams, Fields } from "./request-types.ts";
import type { BilledCallOptions } from "./timeseries.ts";
import { canonicalTimestamp, type TimestampInput } from "./timestamp.ts";
import type { CallOptions, ServiceRequest, Transport } from "./transport.ts";

/** States of a job, in their order. */
export type JobState = "queued" | "processing" | "done" | "expired";

/** Parameters of `batch.listJobs`. */
export interface ListJobsParams {
  /** @default queued, processing and done, as the official client asks */
  readonly states?: readonly JobState[];
  /** Jobs received since, inclusive. @default all */
  readonly since?: TimestampInput;
}

/** Parameters of `batch.download`. */
export interface DownloadParams {
  readonly jobId: string;
  /** Folder for the files; made when missing. The files lie in it directly. */
  readonly outputDir: string;
  /** One file of the job. @default all of them, one after the other */
  readonly filename?: string;
  /** Told after every piece. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Data as files, made by the service. Only `submitJob` COSTS MONEY; its files live 30 days and any number of downloads is free. */
export class BatchGroup {
  readonly #transport: Transport;
  readonly #owner: object;

  constructor(transport: Transport, owner: object) {
    this.#transport = transport;
    this.#owner = owner;
  }

  /**
   * Orders files. COSTS MONEY: the price of the quote, once. Not repeated after a failure unless the service certainly did
   * not take the order; after a `NetworkError` look into `listJobs` before ordering again.
   * @throws {CostNotApprovedError} before anything is sent, without a valid approval
   */
  async submitJob(params: BatchParams, { approval, signal }: BilledCallOptions): Promise<BatchJob> {
    const request = canonicalRequest({ kind: "batch.submitJob", params });
    const refund = charge(this.#owner, request, approval);
    const submit = {
      endpoint: "batch.submit_job",
      method: "POST",
      fields: request.fields,
      family: "batchSubmit",
      repeat: "unless-accepted",
    } as const;
    try {
      return await this.#transport.json(submit, (answers) => answers.job, { signal });
    } catch (thrown) {
      if (certainlyNotTaken(thrown)) refund();
      throw thrown;
    }
  }

  /** The account's jobs. Newer servers list id, state and time alone: see `getJobDetails`. Free. */
  listJobs({ states, since }: ListJobsParams = {}, call?: CallOptions): Promise<BatchJob[]> {
    const fields = {
      states: (states ?? ["queued", "processing", "done"]).join(","),
      ...(since === undefined ? {} : { since: canonicalTimestamp("since", since) }),
    };
    return this.#transport.json(get("batch.list_jobs", fields), (answers) => answers.jobs, call);
  }

  /** All about one job. Free. */
  getJobDetails({ jobId }: { readonly jobId: string }, call?: CallOptions): Promise<BatchJob> {
    return this.#transport.json(get("batch.get_job_details", { job_id: jobId }), (answers) => answers.job, call);
  }

  /** Files of a finished job. Free. @throws {NotFoundError} unknown job @throws {FilesExpiredError} after 30 days */
  listFiles({ jobId }: { readonly jobId: string }, call?: CallOptions): Promise<BatchFile[]> {
    return this.#transport.json(get("batch.list_files", { job_id: jobId }), (answers) => answers.files, call);
  }

  /**
   * Brings the files of a job here, and checks their SHA-256. A file appears under its name only when complete and checked;
   * until then `.part`, from where a later call goes on. Files that are there already are checked and kept. Free.
   * @returns the paths, in the order of the list
   * @throws {HashMismatchError} for a file that is not what the service announced @throws {DownloadFileError} when it cannot be written
   */
  async download(
    { jobId, outputDir, filename, onProgress }: DownloadParams,
    call: CallOptions = {},
  ): Promise<string[]> {
    const files = await this.listFiles({ jobId }, call);
    const wanted = files.filter((file) => filename === undefined || file.filename === filename);
    if (wanted.length === 0 && filename !== undefined) throw notInJob(filename, jobId, files);
    await mkdir(outputDir, { recursive: true }).catch((thrown: Error) => {
      throw new DownloadFileError(outputDir, thrown);
    });
    const paths: string[] = [];
    for (const file of wanted) {
      const path = join(outputDir, safeName(file.filename));
      await downloadFile(this.#transport, { file, path, onProgress, signal: call.signal });
      paths.push(path);
    }
    return paths;
  }
}

/** Refused with a 4xx, or never even reached: then nothing was ordered. */
function certainlyNotTaken(thrown: unknown): boolean {
  if (thrown instanceof NetworkError) return neverConnected(thrown);
  return thrown instanceof DatabentoHttpError && !(thrown instanceof ServerError);
}

function notInJob(filename: string, jobId: string, files: readonly BatchFile[]): InvalidParameterError {
  const names = files.map((file) => file.filename).join(", ");
  return new InvalidParameterError("filename", `Check 'filename': job ${jobId} has no '${filename}', it has ${names}`);
}

/** Names come from outside: one that would leave the folder is refused. */
function safeName(filename: string): string {
  if (/^[\w][\w.\- ]*$/.test(filename)) return filename;
  throw new InvalidParameterError(
    "filename",
    `Check the files of the job: found the name '${filename}', expected a plain one`,
  );
}

function get(endpoint: string, fields: Fields): ServiceRequest {
  return { endpoint, method: "GET", fields, family: "batch", repeat: "always" };
}
