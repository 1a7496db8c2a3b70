/** Version of the package; `package.json` says the same, which a test sees to. Written into results. */
export const VERSION = "0.1.0";
