import { expect, test } from "bun:test";
import { Metrics } from "../../../../src/http/metrics/metrics.ts";
import { defineSecondaryMetrics, type MeasuredSecondary } from "../../../../src/secondary/http/secondary-metrics.ts";
import { measuredSecondary } from "./measured-secondary.ts";

/** The values of all metrics, by name and label. */
async function read(change: Partial<MeasuredSecondary> = {}): Promise<Record<string, string>> {
  const metrics = await Metrics.open();
  defineSecondaryMetrics(metrics, measuredSecondary(change));
  const lines = (await metrics.text()).split("\n").filter((line) => line.startsWith("redes_"));
  return Object.fromEntries(lines.map((line) => line.slice("redes_".length).split(" ")));
}

test("each number of a secondary is under its own name", async () => {
  expect(await read()).toEqual({
    ...{ central_connected: "1", folder_shared: "1" },
    ...{ 'sessions{role="client"}': "2", 'sessions{role="secondary"}': "1" },
    ...{ files: "5", files_bytes: "500", kept_files: "4", kept_bytes: "40" },
    ...{ digests_pending_files: "8", digests_pending_bytes: "80", disk_free_bytes: "600" },
    ...{ 'sent_bytes_total{to="client"}': "11", 'sent_bytes_total{to="secondary"}': "12" },
    ...{
      'sent_bytes_total{to="http"}': "13",
      'received_bytes_total{from="secondary"}': "23",
      wrong_pieces_total: "24",
    },
    ...{ 'copies{state="active"}': "1", 'copies{state="waiting"}': "6", 'copies{state="obstructed"}': "3" },
    ...{ 'copies_total{outcome="installed"}': "21", 'copies_total{outcome="failed"}': "22" },
    ...{ 'verifications_total{result="sound"}': "31", 'verifications_total{result="damaged"}': "32" },
    ...{ 'verifications_total{result="unrepairable"}': "33", repairs_total: "34" },
  });
});

test("without a central or a folder it says so, and of a disk that is not there no room is known", async () => {
  const values = await read({ connected: false, missing: "it is not mounted", room: { read: async () => null } });
  expect(values).toMatchObject({ central_connected: "0", folder_shared: "0" });
  expect(values).not.toHaveProperty("disk_free_bytes");
});
