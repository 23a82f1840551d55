import type { Metrics } from "../metrics/metrics.ts";
import type { UploadDesk } from "./upload-desk.ts";

/** What the metrics read of a desk. */
export type MeasuredUploads = Pick<UploadDesk, "figures" | "receivedBytes">;

/** Defines the metrics of files that come over HTTP. */
export function defineUploadMetrics(metrics: Metrics, desk: MeasuredUploads): void {
  metrics.gauge(
    { name: "redes_uploads", help: "Files that come over HTTP, or are sent to a secondary, now.", label: "state" },
    () => Object.entries(desk.figures.now),
  );
  metrics.counter(
    { name: "redes_uploads_total", help: "Files put over HTTP, by how that has ended.", label: "outcome" },
    () => Object.entries(desk.figures.ended),
  );
  metrics.counter(
    {
      name: "redes_upload_received_bytes_total",
      help: "Bytes of files that have come over HTTP, also of those that were not kept.",
    },
    () => desk.receivedBytes(),
  );
}
