import type { Metrics } from "../../http/metrics/metrics.ts";
import type { Told } from "../../sentences/sentence.ts";
import type { DigestProgress } from "../digests/digest-maker.ts";
import type { DiskRoom } from "../figures/disk-room.ts";
import type { FileIndex } from "../file-index.ts";
import type { KeptStorage } from "../kept/kept-storage.ts";
import type { Repairs } from "../repair/repairs.ts";
import type { Replicator } from "../replication/replicator.ts";
import type { PieceServer } from "../serving/piece-server.ts";
import type { FileLeases } from "./file-leases.ts";

/** What the metrics read of a secondary. */
export interface MeasuredSecondary {
  readonly server: Pick<PieceServer, "sent" | "sessionCounts">;
  readonly httpSources: { readonly leases: Pick<FileLeases, "sentBytes"> };
  readonly index: Pick<FileIndex, "count" | "bytes">;
  readonly kept: Pick<KeptStorage, "count" | "bytes">;
  readonly replicator: Pick<Replicator, "counts" | "progress" | "queued" | "obstacles">;
  readonly repairCounts: Repairs["counts"];
  readonly room: Pick<DiskRoom, "read">;
  readonly digestProgress: DigestProgress;
  readonly connected: boolean;
  /** Why the shared folder is not shared now; null when it is. */
  readonly missing: Told | null;
}

/** Defines the metrics of a secondary. */
export function defineSecondaryMetrics(metrics: Metrics, secondary: MeasuredSecondary): void {
  metrics.gauge({ name: "redes_central_connected", help: "1 while it is registered with the central, else 0." }, () =>
    secondary.connected ? 1 : 0,
  );
  metrics.gauge({ name: "redes_folder_shared", help: "1 while the shared folder is there and known, else 0." }, () =>
    secondary.missing === null ? 1 : 0,
  );
  metrics.gauge({ name: "redes_sessions", help: "Sessions of those who download from here.", label: "role" }, () =>
    Object.entries(secondary.server.sessionCounts()),
  );
  defineFiles(metrics, secondary);
  defineTraffic(metrics, secondary);
  defineCopies(metrics, secondary);
}

function defineFiles(metrics: Metrics, secondary: MeasuredSecondary): void {
  metrics.gauge({ name: "redes_files", help: "Files that are shared." }, () => secondary.index.count);
  metrics.gauge({ name: "redes_files_bytes", help: "Their sizes together." }, () => secondary.index.bytes);
  metrics.gauge(
    { name: "redes_kept_files", help: "Replaced and removed files that are kept." },
    () => secondary.kept.count,
  );
  metrics.gauge({ name: "redes_kept_bytes", help: "Their sizes together." }, () => secondary.kept.bytes);
  metrics.gauge(
    { name: "redes_digests_pending_files", help: "Files whose hashes for other programs are still to be made." },
    () => secondary.digestProgress.files,
  );
  metrics.gauge(
    { name: "redes_digests_pending_bytes", help: "What is still to be read for that." },
    () => secondary.digestProgress.bytes,
  );
  metrics.gauge(
    { name: "redes_disk_free_bytes", help: "Room on the disk of the shared folder; absent while it is not there." },
    async () => (await secondary.room.read())?.free ?? [],
  );
}

function defineTraffic(metrics: Metrics, { server, replicator, httpSources }: MeasuredSecondary): void {
  metrics.counter({ name: "redes_sent_bytes_total", help: "Bytes of files that were sent.", label: "to" }, () => [
    ...Object.entries(server.sent),
    ["http", httpSources.leases.sentBytes] as const,
  ]);
  metrics.counter(
    { name: "redes_received_bytes_total", help: "Bytes of files that others have sent.", label: "from" },
    () => [["secondary", replicator.counts.receivedBytes]],
  );
  metrics.counter(
    { name: "redes_wrong_pieces_total", help: "Pieces from others whose bytes were not what their hash says." },
    () => replicator.counts.wrongPieces,
  );
}

function defineCopies(metrics: Metrics, secondary: MeasuredSecondary): void {
  const { replicator, repairCounts } = secondary;
  metrics.gauge(
    { name: "redes_copies", help: "Files to be copied: large ones under way, ordered, obstructed.", label: "state" },
    () => [
      ["active", replicator.progress().length],
      ["waiting", replicator.queued],
      ["obstructed", replicator.obstacles(0).count],
    ],
  );
  metrics.counter({ name: "redes_copies_total", help: "Copies that have ended.", label: "outcome" }, () => [
    ["installed", replicator.counts.installed],
    ["failed", replicator.counts.failed],
  ]);
  metrics.counter(
    { name: "redes_verifications_total", help: "Files that were read again after an accusation.", label: "result" },
    () => [
      ["sound", repairCounts.sound],
      ["damaged", repairCounts.damaged],
      ["unrepairable", repairCounts.unrepairable],
    ],
  );
  metrics.counter(
    { name: "redes_repairs_total", help: "Damaged files that are whole again." },
    () => repairCounts.repaired,
  );
}
