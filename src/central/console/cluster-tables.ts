import { renderTable } from "../../console/table.ts";
import { originOf } from "../../http/server/web-address.ts";
import type { SecondaryStatus } from "../../protocol/messages/client.ts";
import { endingLine } from "../../text/shown/key-rows.ts";
import { shownDuration } from "../../text/shown/numbers.ts";
import { problemLines, shownState } from "../../text/shown/problem-lines.ts";
import { shown } from "../../text/shown/sentence.ts";
import { texts } from "../../text/texts.ts";
import { secondaryStatuses } from "../cluster-status.ts";
import type { AdmissionQueue } from "../downloads/admission-queue.ts";
import type { DownloadCoordinator } from "../downloads/download-coordinator.ts";
import type { FiguresDirectory } from "../figures/cluster-figures.ts";
import type { KeyDesk } from "../keys/key-desk.ts";
import type { Registry } from "../registry/registry.ts";
import type { ServingState } from "../serving/serving-state.ts";

/** What the console shows of the cluster. */
export interface ClusterView {
  readonly registry: Pick<Registry, "catalogue" | "secondaries" | "sources">;
  readonly serving: Pick<ServingState, "missing" | "unlisted">;
  readonly admission: Pick<AdmissionQueue, "downloads">;
  readonly downloads: Pick<DownloadCoordinator, "queue">;
  readonly keyDesk: Pick<KeyDesk, "ending">;
  readonly figures: FiguresDirectory;
}

/** Where HTTP is answered: what a narrow window goes without. */
const HTTP_COLUMN = 4;

/** The cluster in a few lines. */
export function clusterInShort(view: ClusterView): string[] {
  const { registry, serving, figures, admission, downloads } = view;
  const { cluster, common } = texts();
  const missing = serving.missing();
  const unlisted = serving.unlisted();
  const all = secondaryStatuses(registry.secondaries, figures);
  const present = all.filter(({ state }) => state !== "lost").length;
  const waiting = downloads.queue().length;
  return [
    missing ? cluster.notServing(shown(missing)) : cluster.serving,
    cluster.inShort(cluster.secondariesOf(present, all.length), common.files(registry.catalogue.size)),
    cluster.downloadsNow(admission.downloads().length - waiting, waiting),
    ...(unlisted === null ? [] : [cluster.notListed(shown(unlisted))]),
    ...warnings(view, all),
  ];
}

/** A row for each secondary, in a window of so many columns (null: it is none), and what is the matter. */
export function secondaryLines(view: ClusterView, columns: number | null): string[] {
  const { registry, serving, figures } = view;
  const all = secondaryStatuses(registry.secondaries, figures);
  const accused = all.some(({ accusations }) => accusations > 0);
  const sites = all.map(({ number }) => registry.secondaries.get(number)?.http ?? null);
  const answering = sites.some((site) => site !== null);
  const rows = all.map((secondary, index) => {
    const { number, address, files, accusations } = secondary;
    const site = sites[index];
    const origin = site ? originOf(site) : "-";
    const more = [...(answering ? [origin] : []), ...(accused ? [accusations] : [])];
    return [number, address, shownState(secondary), files, ...more];
  });
  const named = texts().common.columns;
  const more = [...(answering ? ["HTTP"] : []), ...(accused ? [named.accused] : [])];
  const headers = [named.number, named.address, named.state, named.files, ...more];
  const missing = serving.missing();
  return [
    rows.length === 0
      ? texts().central.noSecondaries
      : renderTable(headers, rows, { width: columns, spare: answering ? [HTTP_COLUMN] : [] }),
    ...warnings(view, all),
    ...(missing ? [texts().cluster.notServing(shown(missing))] : []),
  ];
}

/** What is the matter with secondaries, and keys that end soon. */
function warnings({ keyDesk }: Pick<ClusterView, "keyDesk">, all: readonly SecondaryStatus[]): string[] {
  return [...all.flatMap(problemLines), ...keyDesk.ending().map(endingLine)];
}

/** The downloads that are under way and that wait, in a window of so many columns; null where there are none. */
export function queueTable(central: ClusterView, columns: number | null): string | null {
  const rows = queueRows(central);
  return rows.length === 0 ? null : renderTable(queueHeaders(), rows, { width: columns });
}

function queueHeaders(): string[] {
  const { client, file, state, done } = texts().common.columns;
  return [client, file, state, done];
}

function queueRows({ downloads, admission }: ClusterView): string[][] {
  const text = texts().central;
  const places = new Map(downloads.queue().map(({ entry, ...place }) => [entry.download, place]));
  return admission.downloads().map(({ download, client, name, bytes, size }) => {
    const place = places.get(download);
    const state = place ? text.place(place.position, describeEstimate(place.estimate)) : text.active;
    const percent = size === 0 ? 100 : Math.floor((bytes / size) * 100);
    return [client, name, state, place ? "" : `${percent}%`];
  });
}

/** How long somebody may have to wait, for people. */
function describeEstimate(seconds: number | null): string {
  const text = texts().central;
  return seconds === null ? text.noEstimate : text.about(shownDuration(seconds));
}
