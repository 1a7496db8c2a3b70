/** From an endpoint's name to its handler. */

import { type Answer, type Call, jsonAnswer } from "./answer.ts";
import { ApiError } from "./api-error.ts";
import * as batch from "./batch-endpoints.ts";
import { BatchJobs } from "./batch-jobs.ts";
import { getRange, resolveSymbols } from "./data-endpoints.ts";
import * as metadata from "./metadata-endpoints.ts";
import type { Service } from "./service.ts";

type Handler = (call: Call) => Answer | Promise<Answer>;

interface Route {
  readonly methods: readonly string[];
  readonly handle: Handler;
}

const GET = ["GET"];
const POST = ["POST"];
/** Long lists of symbols do not fit into an address, so these take forms as well. */
const BOTH = ["GET", "POST"];

/** Answers calls for one service. */
export class Router {
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #jobs: BatchJobs;

  /** @param base gives the address of the service, which is known once it listens */
  constructor(service: Service, base: () => string) {
    const jobs = new BatchJobs(service);
    const route = (methods: readonly string[], handle: Handler): Route => ({ methods, handle });
    this.#jobs = jobs;
    this.#routes = new Map<string, Route>([
      ["", route(GET, () => jsonAnswer({ "api-version": "v0" }))],
      ["metadata.list_publishers", route(GET, metadata.listPublishers)],
      ["metadata.list_datasets", route(GET, (call) => metadata.listDatasets(service, call))],
      ["metadata.list_schemas", route(GET, (call) => metadata.listSchemas(service, call))],
      ["metadata.list_fields", route(GET, (call) => metadata.listFields(service, call))],
      ["metadata.list_unit_prices", route(GET, (call) => metadata.listUnitPrices(service, call))],
      ["metadata.get_dataset_condition", route(GET, (call) => metadata.getDatasetCondition(service, call))],
      ["metadata.get_dataset_range", route(GET, (call) => metadata.getDatasetRange(service, call))],
      ["metadata.get_record_count", route(BOTH, (call) => metadata.getRecordCount(service, call))],
      ["metadata.get_billable_size", route(BOTH, (call) => metadata.getBillableSize(service, call))],
      ["metadata.get_cost", route(BOTH, (call) => metadata.getCost(service, call))],
      ["timeseries.get_range", route(BOTH, (call) => getRange(service, call))],
      ["symbology.resolve", route(BOTH, (call) => resolveSymbols(service, call))],
      ["batch.submit_job", route(POST, (call) => batch.submitJob(service, jobs, call))],
      ["batch.list_jobs", route(GET, (call) => batch.listJobs(jobs, call))],
      ["batch.get_job_details", route(GET, (call) => batch.getJobDetails(jobs, call))],
      ["batch.list_files", route(GET, (call) => batch.listFiles(jobs, call, base()))],
      ["batch.download", route(GET, (call) => batch.downloadArchive(jobs, call))],
    ]);
  }

  /** @throws ApiError 404 for an endpoint that is none, 405 for a wrong verb, and whatever the handler throws */
  async answer(call: Call): Promise<Answer> {
    const isDownload = call.endpoint.startsWith("batch/download/");
    const route = isDownload
      ? { methods: GET, handle: () => batch.downloadFile(this.#jobs, call) }
      : this.#routes.get(call.endpoint);
    if (route === undefined) throw new ApiError(404, "Not Found");
    if (!route.methods.includes(call.method)) throw new ApiError(405, "Method Not Allowed");
    return await route.handle(call);
  }
}
