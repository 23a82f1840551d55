import type { Metrics } from "../../http/metrics/metrics.ts";
import type { CentralSession } from "../central-session.ts";
import type { Streams } from "../streaming/streams.ts";

/** Defines the metrics of `client serve`. */
export function defineClientMetrics(
  metrics: Metrics,
  session: Pick<CentralSession, "connected">,
  streams: Pick<Streams, "counts" | "receivedBytes">,
): void {
  metrics.gauge({ name: "redes_central_connected", help: "1 while it has a session with the central, else 0." }, () =>
    session.connected ? 1 : 0,
  );
  metrics.gauge({ name: "redes_streams", help: "Files that are read, or were just now." }, () => streams.counts.files);
  metrics.gauge({ name: "redes_stream_readers", help: "Those who read them." }, () => streams.counts.readers);
  metrics.counter(
    { name: "redes_received_bytes_total", help: "Bytes of files that others have sent.", label: "from" },
    () => [["secondary", streams.receivedBytes]],
  );
}
