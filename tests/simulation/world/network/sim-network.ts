import { type Address, formatAddress } from "../../../../src/net/address/address.ts";
import {
  type ConnectError,
  type FileSlice,
  ListenError,
  type Listener,
  type ListenFailure,
  type Network,
  type Socket,
  type SocketEvents,
} from "../../../../src/net/transport/network.ts";
import type { SimProcess } from "../sim-process.ts";
import type { Simulation } from "../simulation.ts";
import { Connection, type ConnectionOwner, type Party } from "./connection/connection.ts";
import { ProcessSockets } from "./connection/process-sockets.ts";
import { connectFailure, dial } from "./dialing.ts";
import { Link } from "./link.ts";
import { Listeners } from "./listeners.ts";
import { type FaultyNetwork, NetworkFaults } from "./network-faults.ts";
import { SimHost } from "./sim-host.ts";

/** Milliseconds until it is known that a host has no address, or a process no descriptor. */
const LOOKUP_MS = 5;

type Attach = (socket: Socket) => SocketEvents;

interface Port {
  readonly owner: ProcessSockets;
  readonly readSlice: (slice: FileSlice) => Uint8Array;
  readonly busyMs: () => number;
}

/** The network between simulated machines. Everything on it happens at a time of the simulation. */
export class SimNetwork implements ConnectionOwner, FaultyNetwork {
  readonly faults = new NetworkFaults(this);
  private readonly hosts = new Map<string, SimHost>();
  private readonly links = new Map<string, Link>();
  private readonly listeners = new Map<SimHost, Listeners>();
  private readonly owners = new Map<SimProcess, ProcessSockets>();
  /** Connections of which an end is open, oldest first. */
  readonly connections = new Set<Connection>();
  /** What handlers of sockets threw: faults of the product. */
  readonly handlerErrors: unknown[] = [];
  private readonly dialListeners: ((process: string, to: Address) => void)[] = [];

  constructor(readonly sim: Simulation) {}

  /**
   * The network as a process sees it, or a thread of one. `busyMs`: milliseconds for which the thread is busy: what comes
   * meanwhile waits.
   */
  portFor(
    process: SimProcess,
    host: string,
    readSlice: (slice: FileSlice) => Uint8Array,
    busyMs: () => number = () => 0,
  ): Network {
    const port: Port = { owner: this.ownerOf(process, host), readSlice, busyMs };
    return {
      listen: (address, attach) => this.listen(port, address, attach),
      connect: (address, attach) => this.connect(port, address, attach),
    };
  }

  /** A machine by its name, which is also its address. */
  host(name: string): SimHost {
    const known = this.hosts.get(name);
    if (known) return known;
    const made = new SimHost(name);
    this.hosts.set(name, made);
    return made;
  }

  link(one: string, other: string): Link {
    const key = one < other ? `${one} ${other}` : `${other} ${one}`;
    const known = this.links.get(key);
    if (known) return known;
    const made = new Link(this.sim, this.sim.random(`link ${key}`), this.host(one), this.host(other));
    this.links.set(key, made);
    return made;
  }

  connectionsOf(host: string): Connection[] {
    return [...this.connections].filter((connection) => connection.isOf(host));
  }

  /** `listener` is told of each try to connect: by which process, or thread of one, and where to. */
  onDial(listener: (process: string, to: Address) => void): void {
    this.dialListeners.push(listener);
  }

  /** Sockets that a process has open, with those of its threads. */
  socketsOf(process: SimProcess): number {
    let count = this.owners.get(process)?.open.size ?? 0;
    for (const thread of process.threads) count += this.socketsOf(thread);
    return count;
  }

  /** Bytes that the kernel holds for the sockets of a process and of its threads. */
  bufferedBytesOf(process: SimProcess): number {
    let bytes = this.owners.get(process)?.bufferedBytes ?? 0;
    for (const thread of process.threads) bytes += this.bufferedBytesOf(thread);
    return bytes;
  }

  handlerFailed(error: unknown): void {
    this.handlerErrors.push(error);
  }

  over(connection: Connection): void {
    this.connections.delete(connection);
  }

  private ownerOf(process: SimProcess, host: string): ProcessSockets {
    const known = this.owners.get(process);
    if (known) return known;
    const made = new ProcessSockets(process, this.host(host));
    this.owners.set(process, made);
    return made;
  }

  private listenersOf(host: SimHost): Listeners {
    const known = this.listeners.get(host);
    if (known) return known;
    const made = new Listeners();
    this.listeners.set(host, made);
    return made;
  }

  private listen(port: Port, address: Address, attach: Attach): Listener {
    const { owner } = port;
    const { host } = owner;
    if (!host.isOwn(address.host)) throw listenFailure(address, "no-such-address", "this machine has no such address");
    const listeners = this.listenersOf(host);
    const own = { host: address.host, port: address.port === 0 ? listeners.freePort() : address.port };
    if (listeners.isTaken(own)) throw listenFailure(address, "in-use", "the port is in use");
    let stopped = false;
    const accept = (socket: Socket) => (stopped ? null : attach(socket));
    const release = listeners.add({ address: own, party: { ...port, attach: accept } });
    owner.releases.add(release);
    const stop = () => {
      stopped = true;
      release();
      owner.releases.delete(release);
    };
    return { port: own.port, stop };
  }

  private connect(port: Port, address: Address, attach: Attach): Promise<void> {
    const { owner } = port;
    const from = owner.host;
    for (const listener of this.dialListeners) listener(owner.process.name, address);
    const target = from.isOwn(address.host) ? from : this.hosts.get(address.host);
    if (from.exhaustions.total > 0) return this.failSoon(owner.process, connectFailure(address, "other"));
    if (target === undefined) return this.failSoon(owner.process, connectFailure(address, "unknown-host"));
    const link = this.link(from.name, target.name);
    const [there, back] = [link.pathFrom(from), link.pathFrom(target)];
    return dial({
      sim: this.sim,
      caller: owner,
      address,
      there,
      back,
      listening: () =>
        target.refusals.total > 0 ? undefined : this.listenersOf(target).at(address.host, address.port),
      noticesAbsence: link.random.chance(0.5),
      join: (listening, late) => {
        const near: Party = { ...port, attach: late ? () => null : attach };
        const connection = new Connection(this, link.random, near, listening.party, there, back);
        this.connections.add(connection);
        connection.open();
      },
    });
  }

  private failSoon(process: SimProcess, error: ConnectError): Promise<void> {
    return new Promise((_resolve, reject) => process.deliver(LOOKUP_MS, () => reject(error)));
  }
}

function listenFailure(address: Address, failure: ListenFailure, text: string): ListenError {
  return new ListenError(failure, `cannot listen on ${formatAddress(address)}: ${text}`);
}
