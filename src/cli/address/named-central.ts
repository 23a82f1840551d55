import { type Address, type Endpoint, parseEndpoint } from "../../net/address/address.ts";
import { say } from "../../sentences/sentence.ts";
import { UsageError } from "../flags/check-arguments.ts";
import { CENTRAL_PORT, LOOPBACK, type Values } from "../flags/values.ts";

/** Where the central is said to be. */
export type NamedCentral =
  | { readonly kind: "address"; readonly address: Address }
  /** Nothing was said: where one is usually. */
  | { readonly kind: "usual"; readonly address: Address }
  /** It is to be looked for on the local network. */
  | { readonly kind: "discover" };

/** The flags that say where the central is, but for its port alone. */
const HOST_FLAGS = ["central", "central-ip"] as const;

/**
 * What flags and REDES_CENTRAL say. A flag wins: one with a host over all of the variable, one with a port over its port.
 * Throws UsageError.
 */
export function namedCentral(values: Values): NamedCentral {
  const named = [...HOST_FLAGS, "central-port"].filter((flag) => values.hasFlag(flag));
  if (values.has("discover")) {
    const [other] = named;
    if (other === undefined) return { kind: "discover" };
    throw new UsageError(
      say("{discover} looks for the central, and {other} says where it is: give one of them", {
        discover: values.written("discover"),
        other: values.written(other),
      }),
    );
  }
  const hosts = HOST_FLAGS.filter((flag) => values.hasFlag(flag));
  const [flag, other] = hosts.length > 0 ? hosts : HOST_FLAGS.filter((name) => values.has(name));
  if (flag === undefined) {
    const port = values.portOf("central", null, "central-port", 1);
    const kind = port === null ? "usual" : "address";
    return { kind, address: { host: LOOPBACK, port: port ?? CENTRAL_PORT } };
  }
  const endpoint = other === undefined ? endpointOf(values, flag) : sameEndpoint(values, flag, other);
  // Another port than the variable's is no contradiction.
  const inHost = values.hasFlag(flag) || !values.hasFlag("central-port") ? endpoint.port : null;
  const port = values.portOf(flag, inHost, "central-port", 1) ?? CENTRAL_PORT;
  return { kind: "address", address: { host: endpoint.host, port } };
}

function endpointOf(values: Values, flag: string): Endpoint {
  const value = values.text(flag, "");
  const found = parseEndpoint(value);
  if (!found) throw values.wrong(flag, value, say("HOST or HOST:PORT, an IPv6 address with a port as [ADDRESS]:PORT"));
  if (found.port === 0) throw values.wrong(flag, value, say("a port from 1 to 65535"));
  return found;
}

/** What two flags say that both are given. A port may stand in one of them alone. */
function sameEndpoint(values: Values, first: string, second: string): Endpoint {
  const [a, b] = [endpointOf(values, first), endpointOf(values, second)];
  if (a.host === b.host && (a.port === null || b.port === null || a.port === b.port))
    return { host: a.host, port: a.port ?? b.port };
  const written = (flag: string) => `${values.written(flag)} ${values.text(flag, "")}`;
  throw new UsageError(
    say("{first} and {second}: they name two addresses; give one of them", {
      first: written(first),
      second: written(second),
    }),
  );
}
