/** Writes the bench's bars for the Python rivals: six columns of little-endian doubles, one after the other. Arguments: path, rows. */
import { closeSync, openSync, writeSync } from "node:fs";
import { walk } from "./market.js";

const [path, rows] = process.argv.slice(2);
const file = openSync(path, "w");
for (const column of Object.values(walk(Number(rows)))) writeSync(file, new Uint8Array(column.buffer));
closeSync(file);
