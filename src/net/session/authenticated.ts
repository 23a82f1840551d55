import type { Identity } from "../../keys/identity.ts";
import type { Report } from "../../protocol/messages/client.ts";

/** The name of a client in its certificate, which counts, whatever it says; null where no keys are used. */
export function authenticatedName(peer: Identity | null): string | null {
  return peer?.role === "client" ? peer.name : null;
}

/** A report with the authenticated name of the client that has sent it. One that a secondary passes on has it already. */
export function authenticatedReport(report: Report, peer: Identity | null): Report {
  const client = authenticatedName(peer);
  return client === null ? report : { ...report, client };
}
