import { possibleCounts } from "../clients/receipt.ts";
import type { Invariant } from "./invariant.ts";

/** Each download that was done is counted once, and no other one. */
export const exactCounts: Invariant = {
  name: "counts are what clients were told",
  async comesToHold({ world, downloads }) {
    const status = await world.status();
    if (!status) return "the central does not answer";
    const { clients, files } = status.statistics;
    const wrong = downloads.receipts.filter((receipt) => {
      const { least, most } = possibleCounts(receipt);
      const counted = clients[receipt.client] ?? 0;
      return counted < least || counted > most;
    });
    if (wrong.length > 0) {
      return wrong.map((one) => `${one.client} (${one.name}): counted ${clients[one.client] ?? 0} times`).join(", ");
    }
    const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
    return sum(clients) === sum(files) ? null : `${sum(clients)} downloads of clients, ${sum(files)} of files`;
  },
};
