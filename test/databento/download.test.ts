import { createHash } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HistoricalOptions } from "../../src/databento/index.ts";
import { type Answer, broken, json, ScriptedServer, silence, text } from "../servers/historical.ts";
import { KEY, listeningClient, thrownBy } from "./client.ts";

const NAME = "glbx-mdp3-20220610.mbo.dbn.zst";
const FILE = `batch/download/USER/JOB/${NAME}`;
const content = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 31) % 251));
const sha256 = (bytes: Uint8Array) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

let outputDir = "";
beforeEach(async () => {
  outputDir = await mkdtemp(join(tmpdir(), "backlit-download-"));
});
afterEach(() => rm(outputDir, { recursive: true, force: true }));

interface Listed {
  readonly hash?: string | null;
  readonly size?: number;
  readonly filename?: string;
  readonly https?: string;
}

async function prepared(listed: Listed = {}, options: HistoricalOptions = {}) {
  const server = await ScriptedServer.start();
  const { hash = sha256(content), size = content.length, filename = NAME } = listed;
  // backlit-guard: allow a file's address in a scripted answer
  const https = listed.https ?? `https://hist.databento.com/v0/${FILE}`;
  server.on("batch.list_files", json([{ filename, size, hash, urls: { https, ftp: "ftp://elsewhere" } }]));
  server.on(FILE, ranged());
  const { client, events } = listeningClient(server, options);
  const download = (extra: { readonly filename?: string; readonly onProgress?: () => void } = {}) =>
    client.batch.download({ jobId: "JOB", outputDir, ...extra });
  return { server, events, download, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Answers with the file, or with what is asked of it; at most so many bytes before the connection breaks. */
function ranged(breakAfter = Number.POSITIVE_INFINITY): Answer {
  return (response, request) => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from >= content.length) return void response.writeHead(416).end();
    const rest = content.subarray(from);
    const headers = {
      "content-length": String(rest.length),
      ...(from === 0 ? {} : { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` }),
    };
    const status = from === 0 ? 200 : 206;
    if (breakAfter >= rest.length) return void response.writeHead(status, headers).end(rest);
    return broken(rest.subarray(0, breakAfter), "cut", status, headers)(response, request);
  };
}

const onDisk = async () => (await readdir(outputDir)).sort();

describe("a download", () => {
  it("brings the files of a job under their names, from the client's own host", async () => {
    await using setup = await prepared();
    const { server, download } = setup;
    const progress: unknown[] = [];
    expect(await download({ onProgress: () => progress.push(1) })).toEqual([join(outputDir, NAME)]);
    expect(await readFile(join(outputDir, NAME))).toEqual(content);
    expect(await onDisk()).toEqual([NAME]);
    expect(progress.length).toBeGreaterThan(0);
    expect(server.requestsTo(FILE)).toHaveLength(1);
  });

  it("goes on where the connection broke, as often as bytes came", async () => {
    await using setup = await prepared({}, { maxRetries: 0 });
    const { server, download } = setup;
    server.on(FILE, ranged(20_000), ranged(20_000), ranged());
    await download();
    expect(await readFile(join(outputDir, NAME))).toEqual(content);
    const ranges = server.requestsTo(FILE).map(({ headers }) => headers.range);
    expect(ranges).toEqual([undefined, "bytes=20000-", "bytes=40000-"]);
  });

  it("goes on with the part of an earlier run", async () => {
    await writeFile(join(outputDir, `${NAME}.part`), content.subarray(0, 12_345));
    await using setup = await prepared();
    const { server, download } = setup;
    await download();
    expect(await readFile(join(outputDir, NAME))).toEqual(content);
    expect(server.requestsTo(FILE)[0]?.headers.range).toBe("bytes=12345-");
  });

  it("starts over where the server knows no ranges, or refuses this one", async () => {
    await writeFile(join(outputDir, `${NAME}.part`), "other beginning");
    await using setup = await prepared();
    const { server, download } = setup;
    server.on(FILE, text(content));
    await download();
    expect(await readFile(join(outputDir, NAME))).toEqual(content);

    await rm(join(outputDir, NAME));
    await writeFile(join(outputDir, `${NAME}.part`), "other beginning");
    server.on(FILE, text("", 416), ranged());
    await download();
    expect(await readFile(join(outputDir, NAME))).toEqual(content);
  });

  it("throws a part away that is longer than the file", async () => {
    await writeFile(join(outputDir, `${NAME}.part`), Buffer.concat([content, content]));
    await using setup = await prepared();
    const { download } = setup;
    await download();
    expect(await readFile(join(outputDir, NAME))).toEqual(content);
  });

  it("leaves alone what is there already, when it is right", async () => {
    await writeFile(join(outputDir, NAME), content);
    await using setup = await prepared();
    const { server, download } = setup;
    await download();
    expect(server.requestsTo(FILE)).toEqual([]);
  });

  it.each(["shorter", "x".repeat(content.length)])(
    "does not overwrite another file of the name (%#)",
    async (other) => {
      await writeFile(join(outputDir, NAME), other);
      await using setup = await prepared();
      const { server, download } = setup;
      expect(await thrownBy(download)).toMatchObject({
        name: "HashMismatchError",
        hint: expect.stringContaining("move it away"),
      });
      expect(await readFile(join(outputDir, NAME), "utf8")).toBe(other);
      expect(server.requestsTo(FILE)).toEqual([]);
    },
  );

  it("of bytes that are not those announced is thrown away", async () => {
    await using setup = await prepared();
    const { server, download } = setup;
    server.on(FILE, text(Buffer.alloc(content.length)), ranged());
    const error = await thrownBy(download);
    expect(error).toMatchObject({ name: "HashMismatchError", expected: `sha256 ${sha256(content).slice(7)}` });
    expect(await onDisk()).toEqual([]);
    await download();
    expect(await readFile(join(outputDir, NAME))).toEqual(content);
  });

  it("without a hash is told to be unverified", async () => {
    await using setup = await prepared({ hash: null });
    const { events, download } = setup;
    await download();
    expect(events).toMatchObject([{ kind: "unverified", file: expect.stringContaining(NAME) }]);
  });

  it("of nothing is an empty file", async () => {
    await using setup = await prepared({ size: 0, hash: sha256(new Uint8Array()) });
    const { download } = setup;
    await download();
    expect(await readFile(join(outputDir, NAME))).toHaveLength(0);
  });

  it("ends when the connection brings nothing any more, and keeps what came", async () => {
    await using setup = await prepared({}, { maxRetries: 2 });
    const { server, download } = setup;
    server.on(FILE, ranged(10_000), ranged(0));
    expect(await thrownBy(download)).toMatchObject({ name: "NetworkError" });
    expect(await onDisk()).toEqual([`${NAME}.part`]);
    server.on(FILE, ranged());
    await download();
    expect(await readFile(join(outputDir, NAME))).toEqual(content);
  });

  it("ends by silence and by signal", async () => {
    await using setup = await prepared({}, { maxRetries: 0, timeoutSeconds: 0.1 });
    const { server, download } = setup;
    server.on(FILE, silence);
    expect(await thrownBy(download)).toMatchObject({ name: "IdleTimeoutError" });
    const { client } = listeningClient(server);
    server.on(FILE, broken(content.subarray(0, 100), "silence"));
    const signal = AbortSignal.timeout(100);
    expect(await thrownBy(() => client.batch.download({ jobId: "JOB", outputDir }, { signal }))).toBe(signal.reason);
  });
});

describe("what a list of files may not do", () => {
  it.each(["../escape.dbn", "/etc/passwd", "a/b.dbn", ".hidden", "a\\b.dbn"])("name a file %s", async (filename) => {
    await using setup = await prepared({ filename });
    const { server, download } = setup;
    expect(await thrownBy(download)).toMatchObject({ message: expect.stringContaining("expected a plain one") });
    expect(server.seen).toHaveLength(1);
  });

  it.each(["https://thief.invalid/v1/file", "not an address", "https://thief.invalid/v0/metadata.list_datasets", ""])(
    "send the key to '%s'",
    async (https) => {
      await using setup = await prepared({ https });
      const { server, download } = setup;
      expect(await thrownBy(download)).toMatchObject({ name: "UnexpectedAnswerError" });
      expect(server.seen).toHaveLength(1);
    },
  );

  it("send the key to another host even for a good path", async () => {
    await using setup = await prepared({ https: `https://thief.invalid/v0/${FILE}` });
    const { server, download } = setup;
    await download();
    expect(server.requestsTo(FILE)[0]?.headers.authorization).toContain(
      Buffer.from(KEY).toString("base64").slice(0, 20),
    );
  });

  it("have more bytes than announced", async () => {
    await using setup = await prepared();
    const { server, download } = setup;
    server.on(FILE, text(Buffer.concat([content, content])));
    expect(await thrownBy(download)).toMatchObject({ name: "UnexpectedAnswerError" });
  });

  it("answer another range than asked for", async () => {
    await writeFile(join(outputDir, `${NAME}.part`), content.subarray(0, 10));
    await using setup = await prepared();
    const { server, download } = setup;
    server.on(FILE, text(content, 206, { "content-range": `bytes 0-${content.length - 1}/${content.length}` }));
    expect(await thrownBy(download)).toMatchObject({ message: expect.stringContaining("expected one from byte 10") });
  });
});

it("one file of a job can be named; another cannot", async () => {
  await using setup = await prepared();
  const { download } = setup;
  expect(await thrownBy(() => download({ filename: "no.dbn" }))).toMatchObject({
    message: expect.stringContaining(`it has ${NAME}`),
  });
  expect(await download({ filename: NAME })).toHaveLength(1);
});

it.skipIf(process.getuid?.() === 0)("a folder that cannot be written is its own error", async () => {
  await chmod(outputDir, 0o500);
  await using setup = await prepared();
  const { download } = setup;
  expect(await thrownBy(download)).toMatchObject({
    name: "DownloadFileError",
    hint: expect.stringContaining("resumes"),
  });
});

it("a folder that is a file is its own error", async () => {
  await using setup = await prepared();
  const { server } = setup;
  await writeFile(join(outputDir, "file"), "");
  const { client } = listeningClient(server);
  const error = await thrownBy(() => client.batch.download({ jobId: "JOB", outputDir: join(outputDir, "file") }));
  expect(error).toMatchObject({ name: "DownloadFileError" });
});
