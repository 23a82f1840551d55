import { installFaultHandlers, reportFault } from "./platform/process/crash.ts";
import { compileLate, isToCompileLate } from "./platform/process/late-compiling.ts";

declare const self: Worker;

/** The beginning of the process and of each of its threads. The only place that ends the process, or a thread. */
if (Bun.isMainThread) {
  installFaultHandlers((message) => {
    reportFault(message);
    process.exit(1);
  });
  const args = process.argv.slice(2);
  // The language may stand before the command.
  const [word, next] = args.slice(args[0] === "--lang" ? 2 : args[0]?.startsWith("--lang=") ? 1 : 0);
  const isServer = word === "central" || word === "secondary";
  const isStreaming = word === "client" && next === "serve";
  if (isServer || isStreaming) {
    const engine = await import("./platform/process/restart-with-engine.ts");
    engine.restartWithEngine(isServer ? engine.FOR_SERVERS : engine.WITH_LITTLE_GARBAGE);
  } else compileLate();
  const { run } = await import("./cli/root.ts");
  const status = await run(args);
  if (typeof status === "number") process.exit(status);
  const { endBy } = await import("./cli/signals.ts");
  process.exit(await endBy(status));
} else {
  if (isToCompileLate(process.argv)) compileLate();
  installFaultHandlers((fault) => {
    // To platform/workers/worker-thread.ts, whose thread it is.
    postMessage({ fault });
    process.exit(1);
  });
  const thread = import("./worker.ts");
  // At once: what comes while the thread is not ready would be lost.
  self.onmessage = async ({ data }: { data: unknown }) => (await thread).serve(data);
}
