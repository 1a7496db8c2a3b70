/** The vendor's own Python client against a simulated service: installed once into the temporary folder. */

import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";

const folder = join(tmpdir(), "backlit-conformance", "databento");
const python = join(folder, "venv", "bin", "python");
const certificate = join(folder, "certificate.pem");
const certificateKey = join(folder, "certificate-key.pem");

/** Installs the vendor's client and makes a certificate, where they are not yet. @returns why the comparison cannot run */
export function prepareDatabentoClient(): string | undefined {
  mkdirSync(folder, { recursive: true });
  if (spawnSync(python, ["-c", "import databento"]).status !== 0) {
    if (spawnSync("python3", ["-m", "venv", join(folder, "venv")]).status !== 0)
      return "python3 with venv is not on this machine";
    const { status } = spawnSync(python, ["-m", "pip", "install", "-q", "databento"], { timeout: 240_000 });
    if (status !== 0) return "pip could not install databento";
  }
  // The client speaks TLS to every gateway, so the simulator must as well.
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const output = ["-keyout", certificateKey, "-out", certificate];
  if (!existsSync(certificate))
    spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", ...subject, ...output]);
  return existsSync(certificate) ? undefined : "openssl is not on this machine";
}

/** A simulated service over TLS. */
export function startSecureSimulator(): Promise<Simulator> {
  return startSimulator({
    tls: { key: readFileSync(certificateKey, "utf8"), cert: readFileSync(certificate, "utf8") },
  });
}

/** Runs a script beside this file with the service's address and key; answers what it printed. */
export async function runDatabentoClient(file: string, { url, key }: Simulator): Promise<string> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await promisify(execFile)(python, [script, new URL(url).host, key], {
    env: { ...process.env, REQUESTS_CA_BUNDLE: certificate, NO_PROXY: "127.0.0.1" },
    maxBuffer: 1e8,
    timeout: 120_000,
  });
  return stdout;
}
