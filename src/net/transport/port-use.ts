/** What uses a port: a `listener`, or an outgoing `connection` that has it as its own port. */
export type PortUse = "listener" | "connection";

const LISTEN = 0x0a;

/** What uses a port, by the kernel's tables `/proc/net/tcp` and `/proc/net/tcp6`; null where they do not say. */
export function portUse(port: number, tables: readonly string[]): PortUse | null {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  let found: PortUse | null = null;
  for (const line of tables.flatMap((table) => table.split("\n").slice(1))) {
    const [, local = "", , state = ""] = line.trim().split(/\s+/);
    if (!local.endsWith(suffix)) continue;
    if (Number.parseInt(state, 16) === LISTEN) return "listener";
    found = "connection";
  }
  return found;
}
