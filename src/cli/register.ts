/** `node --import backlit/register file.ts` runs a TypeScript file without a build step, as the command line does. */
import { registerLoader } from "./register-loader.ts";

registerLoader();
