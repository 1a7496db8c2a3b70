/** A file of one JSON object a line, to which lines are only ever added. */

import { open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "./cache-errors.ts";
import { makeFolder } from "./make-folder.ts";

/** Adds a line and waits until it has reached the disk. @throws the error of the file system */
export async function appendJsonLine(path: string, value: object): Promise<void> {
  await makeFolder(dirname(path));
  const file = await open(path, "a+");
  try {
    const { size } = await file.stat();
    const last = size === 0 ? undefined : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0];
    // A kill may have cut the last line: what is added must not become part of it.
    const separator = last === undefined || last === NEWLINE ? "" : "\n";
    await file.appendFile(`${separator}${JSON.stringify(value)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

const NEWLINE = 10;

/** All lines, oldest first; a line cut by a kill is left out. None when there is no file. @throws the error of the file system */
export async function readJsonLines(path: string): Promise<readonly unknown[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return [];
    throw thrown;
  }
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}
