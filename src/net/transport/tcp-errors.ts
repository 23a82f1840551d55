import { readFileSync } from "node:fs";
import { type Address, formatAddress } from "../address/address.ts";
import { ConnectError, type ConnectFailure, ListenError, type ListenFailure } from "./network.ts";
import { type PortUse, portUse } from "./port-use.ts";

const LISTEN_FAILURES: Readonly<Record<string, { failure: ListenFailure; text: string }>> = {
  EADDRINUSE: { failure: "in-use", text: "the port is in use" },
  EACCES: { failure: "denied", text: "permission denied (ports below 1024 are reserved)" },
  EADDRNOTAVAIL: { failure: "no-such-address", text: "this machine has no such address" },
};

export const NOT_LISTENING_TEXT = "nobody listens there";

const CONNECT_FAILURES: Readonly<Record<string, { failure: ConnectFailure; text: string }>> = {
  ECONNREFUSED: { failure: "refused", text: NOT_LISTENING_TEXT },
  ENETUNREACH: { failure: "unreachable", text: "the network is unreachable" },
  EHOSTUNREACH: { failure: "unreachable", text: "the host is unreachable" },
  ETIMEDOUT: { failure: "timeout", text: "no answer" },
  ENOTFOUND: { failure: "unknown-host", text: "no such host" },
  ECONNRESET: { failure: "reset", text: "it closed the connection before any greeting" },
  EADDRNOTAVAIL: { failure: "unreachable", text: "this machine has no address or port of its own for it" },
  EAI_AGAIN: { failure: "unknown-host", text: "its name cannot be looked up now" },
  EINVAL: { failure: "other", text: "no place to connect to (a fe80:: address needs its link, as in fe80::1%eth0)" },
  EMFILE: { failure: "other", text: "too many files and connections are open here" },
  ENFILE: { failure: "other", text: "too many files and connections are open on this machine" },
};

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const PORT_USES: Readonly<Record<PortUse, string>> = {
  listener: "another program listens there (ss -ltnp shows which); end it, or take another port",
  connection:
    "an outgoing connection of this machine has it (ss -tnp shows whose); take a port below those in net.ipv4.ip_local_port_range, or add this one to net.ipv4.ip_local_reserved_ports",
};

function portUserText(port: number): string {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      // Not Linux, or no IPv6.
      return "";
    }
  });
  const use = portUse(port, tables);
  return use === null ? "" : `: ${PORT_USES[use]}`;
}

/** The error of `listen` for what Bun threw. */
export function listenError(address: Address, error: unknown): ListenError {
  const known = LISTEN_FAILURES[codeOf(error)];
  const user = known?.failure === "in-use" ? portUserText(address.port) : "";
  const text = `cannot listen on ${formatAddress(address)}: ${known?.text ?? messageOf(error)}${user}`;
  return new ListenError(known?.failure ?? "other", text);
}

/** The error of `connect` for a failure that is known. */
export function connectError(address: Address, failure: ConnectFailure, text: string): ConnectError {
  return new ConnectError(failure, `cannot connect to ${formatAddress(address)}: ${text}`);
}

/** The error of `connect` for what Bun threw. */
export function connectErrorOf(address: Address, error: unknown): ConnectError {
  const known = CONNECT_FAILURES[codeOf(error)];
  const text = known?.text ?? `${messageOf(error)} ${codeOf(error)}`.trimEnd();
  return connectError(address, known?.failure ?? "other", text);
}
