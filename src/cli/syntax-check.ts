/** Preloaded (`node --import`) into the process that looks for the line of a syntax error. */
import { registerLoader } from "./register-loader.ts";

registerLoader();
