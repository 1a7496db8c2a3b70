import * as nodeModule from "node:module";
import * as hooks from "./typescript-loader.ts";

let registered = false;

/**
 * From now on imports of this process understand TypeScript. Where Node offers hooks inside the thread they are used; older
 * versions run the same hooks on a thread of their own.
 */
export function registerLoader(): void {
  if (registered) return;
  registered = true;
  const { registerHooks } = nodeModule as { readonly registerHooks?: (hooks: object) => void };
  if (registerHooks !== undefined) registerHooks({ resolve: hooks.resolve, load: hooks.load });
  else nodeModule.register("./typescript-loader.js", import.meta.url);
}
