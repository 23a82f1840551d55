import { isTrace } from "../../support/process.ts";
import type { Invariant } from "./invariant.ts";

/** Nobody shows a stack trace, and servers log nothing but JSON. */
export const noTraces: Invariant = {
  name: "no stack traces",
  afterDownload(_observed, { client, said }) {
    const line = said.find(isTrace);
    return line === undefined ? null : `${client}: ${line}`;
  },
  atRest({ world }) {
    for (const { name, err, out } of world.serverRuns) {
      const trace = [...err.all, ...out.all].find(isTrace);
      const foreign = err.all.find((line) => line !== "" && !line.startsWith('{"'));
      if (trace ?? foreign) return `${name}: ${trace ?? foreign}`;
    }
    return null;
  },
};
