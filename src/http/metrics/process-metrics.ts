import { readdirSync } from "node:fs";
import type { Clock } from "../../platform/clock.ts";
import { descriptorLimit } from "../../platform/process/descriptor-limit.ts";
import { LAG_INTERVAL_MS, watchLag } from "./loop-lag.ts";
import type { Metrics } from "./metrics.ts";

/** Seconds. A lag below the first is none; from the tenth of a second on people notice it. */
const LAG_BOUNDS_S = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

export interface ProcessMetricsOptions {
  readonly clock: Clock;
  readonly version: string;
}

/** What every process of redes measures of itself, from now until its end. Gives the function that observes the lag of the HTTP thread, in seconds. */
export function measureProcess(metrics: Metrics, { clock, version }: ProcessMetricsOptions): (httpLag: number) => void {
  metrics.gauge({ name: "redes_build_info", help: "1, with the version of the program.", label: "version" }, () => [
    [version, 1],
  ]);
  const started = clock.wall() / 1000 - process.uptime();
  metrics.gauge({ name: "process_start_time_seconds", help: "When the process began, since 1970." }, () => started);
  metrics.counter({ name: "process_cpu_seconds_total", help: "Processor time of all threads." }, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge({ name: "process_resident_memory_bytes", help: "Memory that the process has." }, () =>
    process.memoryUsage.rss(),
  );
  metrics.gauge(
    { name: "process_open_fds", help: "Descriptors that are open." },
    () => readdirSync("/proc/self/fd").length,
  );
  metrics.gauge({ name: "process_max_fds", help: "Descriptors that may be open." }, descriptorLimit);
  watchLag(clock, lagHistogram(metrics, "redes_event_loop_lag_seconds", "the main thread"));
  return lagHistogram(metrics, "redes_http_event_loop_lag_seconds", "the thread that serves HTTP");
}

/** Gives the function that observes. */
function lagHistogram(metrics: Metrics, name: string, thread: string): (seconds: number) => void {
  const help = `How much later than it was due a timer of ${thread} ran, each ${LAG_INTERVAL_MS} ms.`;
  return metrics.histogram({ name, help }, LAG_BOUNDS_S);
}
