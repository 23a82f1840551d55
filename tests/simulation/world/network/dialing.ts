import { type Address, formatAddress } from "../../../../src/net/address/address.ts";
import { CONNECT_TIMEOUT_MS, ConnectError, type ConnectFailure } from "../../../../src/net/transport/network.ts";
import type { Simulation } from "../simulation.ts";
import type { ProcessSockets } from "./connection/process-sockets.ts";
import type { Listening } from "./listeners.ts";
import type { Path } from "./path.ts";

/** Milliseconds after which a kernel asks for a connection: again, where nothing answers. */
const TRIES_AT_MS = [0, 1000, 3000];
/** Milliseconds until a machine knows that another one on its own network is not there. */
const UNREACHABLE_MS = 3100;

const TEXTS: Readonly<Record<ConnectFailure, string>> = {
  refused: "nobody listens there",
  unreachable: "the host is unreachable",
  "unknown-host": "no such host",
  timeout: "no answer",
  reset: "it closed the connection before any greeting",
  key: "the key is of another cluster",
  other: "too many files and connections are open here",
};

export function connectFailure(address: Address, failure: ConnectFailure): ConnectError {
  return new ConnectError(failure, `cannot connect to ${formatAddress(address)}: ${TEXTS[failure]}`);
}

export interface Dial {
  readonly sim: Simulation;
  readonly caller: ProcessSockets;
  readonly address: Address;
  readonly there: Path;
  readonly back: Path;
  /** Who takes a connection at the moment. */
  readonly listening: () => Listening | undefined;
  /** Makes the connection with who listens; `late`: only to end it, because the caller has given up. */
  readonly join: (listening: Listening, late: boolean) => void;
  /** Whether the caller's kernel finds out that a machine without power is not there. */
  readonly noticesAbsence: boolean;
}

/** A connection is made by packets to and fro, each of which may be lost. */
export function dial(options: Dial): Promise<void> {
  const { sim, caller, address, there, back, join } = options;
  return new Promise((resolve, reject) => {
    let state: "waiting" | "answered" | "given up" = "waiting";
    const fail = (failure: ConnectFailure) => {
      if (state !== "waiting") return;
      state = "given up";
      cancel();
      reject(connectFailure(address, failure));
    };
    const cancel = caller.process.clock.after(CONNECT_TIMEOUT_MS, () => fail("timeout"));
    const answered = (listening: Listening | undefined) => {
      if (back.blocked || state === "answered" || !caller.process.alive) return;
      if (listening === undefined) return caller.process.receive(() => fail("refused"));
      const late = state === "given up";
      state = "answered";
      caller.process.receive(() => {
        cancel();
        join(listening, late);
        if (!late) resolve();
      });
    };
    const asked = () => {
      if (there.blocked || state === "answered") return;
      const listening = options.listening();
      if (!back.loses()) sim.after(back.travelMs(), () => answered(listening));
    };
    for (const at of TRIES_AT_MS) {
      sim.after(at, () => {
        if (state !== "waiting" || !caller.process.alive) return;
        if (!there.loses()) sim.after(there.travelMs(), asked);
        else if (at === 0 && there.to.isOff && options.noticesAbsence)
          caller.process.deliver(UNREACHABLE_MS, () => fail("unreachable"));
      });
    }
  });
}
