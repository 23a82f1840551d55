import { FFIType } from "bun:ffi";
import { EBADF, errno, lazy, loadFunctions } from "./libc.ts";

/** From <sys/socket.h>. */
const AF_INET = 2;
const AF_INET6 = 10;
const SHUT_RDWR = 2;
/** Bytes of a struct sockaddr_in6, the largest that is read; the address of an IPv4 and of an IPv6 socket, and the port of both. */
const SOCKADDR_BYTES = 28;
const PORT_OFFSET = 2;
const IPV4_OFFSET = 4;
const IPV6_OFFSET = 8;
/** The system gives the lowest free descriptor: after so many that are not open there are few more. */
const GAP = 1024;

const calls = lazy(() => {
  const { i32, ptr } = FFIType;
  return loadFunctions({
    getsockname: { args: [i32, ptr, ptr], returns: i32 },
    getpeername: { args: [i32, ptr, ptr], returns: i32 },
    shutdown: { args: [i32, i32], returns: i32 },
  });
});

/** A connection that this process has accepted. */
export interface AcceptedConnection {
  readonly fd: number;
  /** The other end, as the runtime spells it: IPv4-mapped addresses as IPv6. */
  readonly host: string;
  readonly port: number;
}

/** One that was found, with what the system says of its other end. */
export interface FoundConnection extends AcceptedConnection {
  readonly peer: Buffer;
}

const name = Buffer.alloc(SOCKADDR_BYTES);
const length = new Uint32Array(1);

/**
 * The connections of this process at one of its ports. They are found without opening anything, since all descriptors may
 * be in use; each takes a microsecond or two. Empty where the system has no such calls. `before`: what was found the last
 * time; of a connection that is still there it is the same object again.
 */
export function connectionsAt(localPort: number, before: readonly FoundConnection[] = []): FoundConnection[] {
  const c = calls();
  if (!c) return [];
  const found: FoundConnection[] = [];
  let next = 0;
  for (let fd = 0, unused = 0; unused < GAP; fd += 1) {
    length[0] = SOCKADDR_BYTES;
    if (c.getsockname(fd, name, length) !== 0) {
      unused = errno() === EBADF ? unused + 1 : 0;
      continue;
    }
    unused = 0;
    if (!isInternet() || name.readUInt16BE(PORT_OFFSET) !== localPort) continue;
    length[0] = SOCKADDR_BYTES;
    // What listens has no other end.
    if (c.getpeername(fd, name, length) !== 0) continue;
    while ((before[next]?.fd ?? fd) < fd) next += 1;
    const known = before[next];
    if (known?.fd === fd && isNamed(known)) found.push(known);
    else
      found.push({
        fd,
        host: hostInName(),
        port: name.readUInt16BE(PORT_OFFSET),
        peer: Buffer.from(name.subarray(0, length[0])),
      });
  }
  return found;
}

/** Ends a connection for both sides; the descriptor stays open until its owner closes it. */
export function shutDown(fd: number): void {
  calls()?.shutdown(fd, SHUT_RDWR);
}

/** Whether it is the other end that the system has just told. */
function isNamed({ peer }: FoundConnection): boolean {
  return peer.length === length[0] && peer.compare(name, 0, peer.length) === 0;
}

function isInternet(): boolean {
  const family = name.readUInt16LE(0);
  return family === AF_INET || family === AF_INET6;
}

function hostInName(): string {
  if (name.readUInt16LE(0) === AF_INET) return name.subarray(IPV4_OFFSET, IPV4_OFFSET + 4).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => name.readUInt16BE(IPV6_OFFSET + 2 * index).toString(16));
  return groups.join(":");
}

/** From <sys/socket.h> and <netinet/tcp.h>. */
const SOL_SOCKET = 1;
const SO_MAX_PACING_RATE = 47;
const IPPROTO_TCP = 6;
const TCP_INFO = 11;
/** Bytes of a struct tcp_info, as far as it is read, and where its members are. */
const INFO_BYTES = 148 + 4;
const LAST_ARRIVAL_OFFSET = 52;
const RTT_OFFSET = 68;
const ACKNOWLEDGED_OFFSET = 120;
const MIN_RTT_OFFSET = 148;
const UNLIMITED = 0xffff_ffff_ffff_ffffn;

const optionCalls = lazy(() => {
  const { i32, ptr } = FFIType;
  return loadFunctions({
    getsockopt: { args: [i32, i32, i32, ptr, ptr], returns: i32 },
    setsockopt: { args: [i32, i32, i32, ptr, i32], returns: i32 },
  });
});

/** How a connection does, as the kernel sees it. */
export interface Progress {
  /** Bytes that the other end has confirmed. */
  readonly acknowledged: number;
  /** Milliseconds from sending to being confirmed: of late, and the least there was. */
  readonly rtt: number;
  readonly leastRtt: number;
  /** Milliseconds since bytes of the other end have come last, whether or not anybody has read them. */
  readonly sinceArrival: number;
}

const info = Buffer.alloc(INFO_BYTES);
const infoLength = new Uint32Array(1);
const rate = new BigUint64Array(1);

/** Null where that cannot be found out. */
export function progressOf(socket: number): Progress | null {
  infoLength[0] = INFO_BYTES;
  if (optionCalls()?.getsockopt(socket, IPPROTO_TCP, TCP_INFO, info, infoLength) !== 0 || infoLength[0] < INFO_BYTES)
    return null;
  return {
    acknowledged: Number(info.readBigUInt64LE(ACKNOWLEDGED_OFFSET)),
    rtt: info.readUInt32LE(RTT_OFFSET) / 1000,
    leastRtt: info.readUInt32LE(MIN_RTT_OFFSET) / 1000,
    sinceArrival: info.readUInt32LE(LAST_ARRIVAL_OFFSET),
  };
}

/** Has the kernel send at most so many bytes a second; null: as many as it likes. */
export function limitSending(socket: number, bytesPerSecond: number | null): void {
  rate[0] = bytesPerSecond === null ? UNLIMITED : BigInt(Math.ceil(bytesPerSecond));
  optionCalls()?.setsockopt(socket, SOL_SOCKET, SO_MAX_PACING_RATE, rate, rate.byteLength);
}
