import { type Address, formatAddress, isLoopback } from "./address.ts";

/**
 * Why other machines cannot connect to what a server announces, and what to do; null when nothing is wrong. `session`:
 * its address for sessions; `http`: where it answers HTTP. `others`: the hosts of the server and of its peers, as they see
 * each other.
 */
export function unreachableReason(session: Address, http: Address | null, others: readonly string[]): string | null {
  const reasons = [
    isOutOfReach(session, others) ? sessionReason(session, others) : null,
    http && isOutOfReach(http, others) ? httpReason(http) : null,
  ].filter((reason) => reason !== null);
  return reasons.length === 0 ? null : reasons.join(", and ");
}

/** Whether only the machine itself can reach an address, and others are somewhere else. */
export function isOutOfReach({ host }: Address, others: readonly string[]): boolean {
  return isLoopback(host) && others.some((other) => !isLoopback(other));
}

function sessionReason(announced: Address, others: readonly string[]): string {
  const elsewhere = others.find((host) => !isLoopback(host));
  return (
    `announces ${formatAddress(announced)}, which only its own machine can reach, but its session with the central goes ` +
    `over ${elsewhere}: no other machine can download from it; let it listen where others reach it (--ip), or say where ` +
    "they do (--advertise HOST[:PORT])"
  );
}

function httpReason(announced: Address): string {
  return (
    `answers HTTP at ${formatAddress(announced)}, which only its own machine can reach: the central sends nobody there; ` +
    "let it answer where others reach it (--http IP:PORT), or say where they do (--advertise HOST)"
  );
}
