import type { Metrics } from "../../http/metrics/metrics.ts";
import { SECONDARY_STATES, stateOf } from "../cluster-status.ts";
import type { AdmissionQueue } from "../downloads/admission-queue.ts";
import { type FiguresDirectory, sentOf } from "../figures/cluster-figures.ts";
import type { Registry } from "../registry/registry.ts";
import type { SecondaryView } from "../registry/secondary-table.ts";
import type { ServingState } from "../serving/serving-state.ts";
import type { SessionCounts } from "../sessions/connections.ts";
import { DownloadLedger, type ReportedOutcome } from "./download-ledger.ts";

/** Seconds. The first downloads of a queue begin at once, the last ones of a long night wait for hours. */
const WAIT_BOUNDS_S = [0.01, 0.1, 1, 5, 15, 60, 300, 900, 3600, 14_400];
/** Seconds. From a small file on a fast link to a terabyte on a slow one. */
const TRANSFER_BOUNDS_S = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400];

/** What the metrics read of a central. */
export interface MeasuredCentral {
  readonly registry: {
    readonly catalogue: Pick<Registry["catalogue"], "size" | "bytes">;
    readonly secondaries: Pick<Registry["secondaries"], "sorted">;
  };
  readonly serving: Pick<ServingState, "missing" | "lacks" | "unlisted">;
  readonly figures: FiguresDirectory;
  readonly admission: Pick<AdmissionQueue, "activeCount" | "waitingCount">;
  sessionCounts(): SessionCounts;
}

/** Defines the metrics of a central. Gives the ledger that its downloads are to be entered in. */
export function defineCentralMetrics(metrics: Metrics, central: () => MeasuredCentral): DownloadLedger {
  defineCluster(metrics, central);
  const sorted = () => central().registry.secondaries.sorted();
  defineSecondaries(metrics, sorted);
  defineFigures(metrics, sorted, () => central().figures);
  return defineDownloads(metrics, () => central().admission);
}

function defineCluster(metrics: Metrics, central: () => MeasuredCentral): void {
  metrics.gauge({ name: "redes_serving", help: "1 while clients can list and download, else 0." }, () =>
    central().serving.missing() === null ? 1 : 0,
  );
  metrics.gauge({ name: "redes_sessions", help: "Sessions with the central.", label: "role" }, () =>
    Object.entries(central().sessionCounts()),
  );
  metrics.gauge(
    { name: "redes_catalogue_files", help: "Files of the cluster." },
    () => central().registry.catalogue.size,
  );
  metrics.gauge(
    { name: "redes_catalogue_bytes", help: "The sizes of the cluster's files together, each counted once." },
    () => central().registry.catalogue.bytes,
  );
}

function defineSecondaries(metrics: Metrics, sorted: () => readonly SecondaryView[]): void {
  metrics.gauge({ name: "redes_secondaries", help: "Secondaries by their state.", label: "state" }, () =>
    countStates(sorted()),
  );
  /** A value for each secondary. */
  const each = (read: (secondary: SecondaryView) => number) => () =>
    sorted().map((secondary) => [String(secondary.number), read(secondary)] as const);
  metrics.gauge(
    {
      name: "redes_secondary_up",
      help: "1 while the secondary is connected and its disk is there, else 0.",
      label: "secondary",
    },
    each(({ isPresent }) => (isPresent ? 1 : 0)),
  );
  metrics.gauge(
    { name: "redes_secondary_files", help: "Files that the secondary holds.", label: "secondary" },
    each(({ fileCount }) => fileCount),
  );
  metrics.gauge(
    { name: "redes_secondary_copies_pending", help: "Files that it has still to copy.", label: "secondary" },
    each(({ copies }) => copies.pendingCount),
  );
  metrics.gauge(
    {
      name: "redes_secondary_copies_obstructed",
      help: "Files that it cannot copy until somebody does something about it.",
      label: "secondary",
    },
    each(({ copies }) => copies.obstacleCount),
  );
  metrics.counter(
    {
      name: "redes_secondary_accusations_total",
      help: "Wrong pieces and broken answers from it that others have reported.",
      label: "secondary",
    },
    each(({ accusationCount }) => accusationCount),
  );
}

/** What the secondaries tell of themselves: also for those whose own metrics nobody gathers. */
function defineFigures(
  metrics: Metrics,
  sorted: () => readonly SecondaryView[],
  figures: () => FiguresDirectory,
): void {
  /** A value for each secondary that there is one of. */
  const each = (read: (secondary: SecondaryView, figures: FiguresDirectory) => number | null) => () =>
    sorted().flatMap((secondary) => {
      const value = read(secondary, figures());
      return value === null ? [] : [[String(secondary.number), value] as const];
    });
  const label = "secondary";
  metrics.gauge(
    { name: "redes_secondary_disk_free_bytes", help: "Room on the disk of its shared folder.", label },
    each(({ number }, told) => told.of(number).room?.free ?? null),
  );
  metrics.gauge(
    { name: "redes_secondary_disk_size_bytes", help: "The size of the disk of its shared folder.", label },
    each(({ number }, told) => told.of(number).room?.total ?? null),
  );
  metrics.gauge(
    { name: "redes_secondary_copies_pending_bytes", help: "Bytes that it has still to copy.", label },
    each((secondary, told) => told.left(secondary).bytes),
  );
  metrics.gauge(
    {
      name: "redes_secondary_repairs_waiting",
      help: "Files that it is to read again, or that wait for what is wrong in them.",
      label,
    },
    each(({ number }, told) => told.of(number).repairs?.waiting ?? null),
  );
  metrics.counter(
    { name: "redes_secondary_sent_bytes_total", help: "Bytes of files that it has told to have sent.", label },
    each(({ number }, told) => sentOf(told.of(number).totals)),
  );
  metrics.counter(
    {
      name: "redes_secondary_received_bytes_total",
      help: "Bytes of files that it has told to have received from others.",
      label,
    },
    each(({ number }, told) => told.of(number).totals.received),
  );
}

function countStates(secondaries: readonly SecondaryView[]): Iterable<[string, number]> {
  const counts = new Map<string, number>(SECONDARY_STATES.map((state) => [state, 0]));
  for (const secondary of secondaries) counts.set(stateOf(secondary), (counts.get(stateOf(secondary)) ?? 0) + 1);
  return [...counts].map(([state, count]) => [state.replace(" ", "_"), count]);
}

function defineDownloads(
  metrics: Metrics,
  admission: () => Pick<AdmissionQueue, "activeCount" | "waitingCount">,
): DownloadLedger {
  metrics.gauge({ name: "redes_downloads", help: "Downloads of clients now.", label: "state" }, () => [
    ["active", admission().activeCount],
    ["waiting", admission().waitingCount],
  ]);
  const waited = metrics.histogram(
    { name: "redes_download_queue_seconds", help: "How long a download has waited for its turn." },
    WAIT_BOUNDS_S,
  );
  const took = metrics.histogram(
    {
      name: "redes_download_transfer_seconds",
      help: "How long a download that was done took from its turn on, with all interruptions.",
    },
    TRANSFER_BOUNDS_S,
  );
  const ledger = new DownloadLedger({ waited, took });
  metrics.counter({ name: "redes_downloads_total", help: "Downloads that have ended.", label: "outcome" }, () =>
    Object.entries(ledger.ended satisfies Record<ReportedOutcome, number>),
  );
  return ledger;
}
