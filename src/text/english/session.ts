import { type Count, plural } from "../plural.ts";

/** A client's session with the central. */
export const sessionText = {
  notServing: (address: string, why: string) => `the central ${address} does not serve yet: ${why}`,
  serves: (address: string, counts: string) => `the central ${address} serves now: ${counts}`,
  connected: (address: string) => `connected to the central ${address}`,
  connectedCounts: (address: string, counts: string) => `connected to the central ${address}: ${counts}`,
  reconnected: (address: string, duration: string, counts: string) =>
    `connected again to the central ${address} after ${duration}: ${counts}`,
  downloadsGoOn: (counts: string, count: Count) =>
    `${counts}; ${count} ${plural(Number(count), "download goes", "downloads go")} on`,
  lost: (address: string, reason: string) =>
    `the central ${address} is lost (${reason}); trying again until it is back`,
  lostDuring: (line: string, count: Count) =>
    `${line}; ${count} ${plural(Number(count), "download goes", "downloads go")} on with the secondaries that are known`,
  waiting: (reason: string) => `waiting for the central: ${reason}`,
  away: (address: string, duration: string, reason: string) =>
    `the central ${address} has been away for ${duration} (${reason}); it is tried until it is back`,
  awayAdvice: (text: string) =>
    `${text}. Meanwhile get and put are accepted and wait; downloads, pause, resume, cancel and quit work`,
};
