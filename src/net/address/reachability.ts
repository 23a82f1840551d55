import { type Address, formatAddress, isLoopback } from "./address.ts";

/**
 * Why other machines cannot connect to the address that a server announces, and what to do; null when nothing is wrong.
 * `others`: the hosts of the server and of its peers, as they see each other.
 */
export function unreachableReason(announced: Address, others: readonly string[]): string | null {
  const elsewhere = others.find((host) => !isLoopback(host));
  if (elsewhere === undefined || !isLoopback(announced.host)) return null;
  return (
    `announces ${formatAddress(announced)}, which only its own machine can reach, but its session with the central goes ` +
    `over ${elsewhere}: no other machine can download from it; let it listen where others reach it (--ip), or say where ` +
    "they do (--advertise HOST[:PORT])"
  );
}
