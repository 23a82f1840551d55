import { readFileSync } from "node:fs";
import { type Sentence, say, type Told } from "../../sentences/sentence.ts";
import { messageOf, toldOf } from "../../sentences/sentence-error.ts";
import { type Address, formatAddress } from "../address/address.ts";
import { ConnectError, type ConnectFailure, ListenError, type ListenFailure } from "./network.ts";
import { type PortUse, portUse } from "./port-use.ts";

const LISTEN_FAILURES: Readonly<Record<string, { failure: ListenFailure; text: Sentence }>> = {
  EADDRINUSE: { failure: "in-use", text: say("the port is in use") },
  EACCES: { failure: "denied", text: say("permission denied (ports below 1024 are reserved)") },
  EADDRNOTAVAIL: { failure: "no-such-address", text: say("this machine has no such address") },
};

export const NOT_LISTENING_TEXT = say("nobody listens there");

const CONNECT_FAILURES: Readonly<Record<string, { failure: ConnectFailure; text: Sentence }>> = {
  ECONNREFUSED: { failure: "refused", text: NOT_LISTENING_TEXT },
  ENETUNREACH: { failure: "unreachable", text: say("the network is unreachable") },
  EHOSTUNREACH: { failure: "unreachable", text: say("the host is unreachable") },
  ETIMEDOUT: { failure: "timeout", text: say("no answer") },
  ENOTFOUND: { failure: "unknown-host", text: say("no such host") },
  ECONNRESET: { failure: "reset", text: say("it closed the connection before any greeting") },
  EADDRNOTAVAIL: { failure: "unreachable", text: say("this machine has no address or port of its own for it") },
  EAI_AGAIN: { failure: "unknown-host", text: say("its name cannot be looked up now") },
  EINVAL: {
    failure: "other",
    text: say("no place to connect to (a fe80:: address needs its link, as in fe80::1%eth0)"),
  },
  EMFILE: { failure: "other", text: say("too many files and connections are open here") },
  ENFILE: { failure: "other", text: say("too many files and connections are open on this machine") },
};

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

const PORT_USES: Readonly<Record<PortUse, Sentence>> = {
  listener: say("another program listens there (ss -ltnp shows which); end it, or take another port"),
  connection: say(
    "an outgoing connection of this machine has it (ss -tnp shows whose); take a port below those in net.ipv4.ip_local_port_range, or add this one to net.ipv4.ip_local_reserved_ports",
  ),
};

function portUser(port: number): Told {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      // Not Linux, or no IPv6.
      return "";
    }
  });
  const use = portUse(port, tables);
  return use === null ? "" : say(": {use}", { use: PORT_USES[use] });
}

/** The error of `listen` for what Bun threw. */
export function listenError(address: Address, error: unknown): ListenError {
  const known = LISTEN_FAILURES[codeOf(error)];
  const user = known?.failure === "in-use" ? portUser(address.port) : "";
  const text = say("cannot listen on {address}: {reason}{user}", {
    ...{ address: formatAddress(address), reason: known?.text ?? toldOf(error), user },
  });
  return new ListenError(known?.failure ?? "other", text);
}

/** The error of `connect` for a failure that is known. */
export function connectError(address: Address, failure: ConnectFailure, text: Told): ConnectError {
  return new ConnectError(
    failure,
    say("cannot connect to {address}: {reason}", { address: formatAddress(address), reason: text }),
  );
}

/** The error of `connect` for what Bun threw. */
export function connectErrorOf(address: Address, error: unknown): ConnectError {
  const known = CONNECT_FAILURES[codeOf(error)];
  const text = known?.text ?? `${messageOf(error)} ${codeOf(error)}`.trimEnd();
  return connectError(address, known?.failure ?? "other", text);
}
