import { describe, expect, test } from "bun:test";
import { ConnectError, ListenError, type Network } from "../../../../../src/net/transport/network.ts";
import { recording, TwoHosts } from "./support.ts";

/** How a try to connect ends, and after how many milliseconds. */
function tryToConnect(hosts: TwoHosts, host: string, port: number, network: Network = hosts.nearPort) {
  const outcome = { failure: "pending", after: 0 };
  const since = hosts.sim.now;
  const ended = (failure: string) => Object.assign(outcome, { failure, after: hosts.sim.now - since });
  network
    .connect({ host, port }, () => recording("near", []), { role: "central" })
    .then(
      () => ended("none"),
      (error) => ended(error instanceof ConnectError ? error.failure : String(error)),
    );
  hosts.pass(20_000);
  return outcome;
}

function listening(hosts: TwoHosts): number {
  return hosts.farPort.listen({ host: "::", port: 0 }, () => recording("far", [])).port;
}

describe("connecting", () => {
  test("succeeds where somebody listens, and is refused where nobody does", () => {
    const hosts = new TwoHosts(1);
    const port = listening(hosts);
    expect(tryToConnect(hosts, "far", port).failure).toBe("none");
    expect(tryToConnect(hosts, "far", port + 1).failure).toBe("refused");
  });

  test("to a host without an address fails", () => {
    expect(tryToConnect(new TwoHosts(1), "nowhere", 1).failure).toBe("unknown-host");
  });

  test("is refused by a firewall until it goes", () => {
    const hosts = new TwoHosts(1);
    const port = listening(hosts);
    const end = hosts.faults.refuse("far");
    expect(tryToConnect(hosts, "far", port).failure).toBe("refused");
    end();
    expect(tryToConnect(hosts, "far", port).failure).toBe("none");
  });

  test("times out where packets are lost in either direction", () => {
    for (const [from, to] of [
      ["near", "far"],
      ["far", "near"],
    ] as const) {
      const hosts = new TwoHosts(1);
      const port = listening(hosts);
      const end = hosts.faults.oneWayPartition(from, to);
      expect(tryToConnect(hosts, "far", port)).toEqual({ failure: "timeout", after: 5000 });
      end();
      expect(tryToConnect(hosts, "far", port).failure).toBe("none");
    }
  });

  test("succeeds late where a partition ends in time, since the kernel asks again", () => {
    const hosts = new TwoHosts(1);
    const port = listening(hosts);
    hosts.sim.after(2000, hosts.faults.partition("near", "far"));
    const { failure, after } = tryToConnect(hosts, "far", port);
    expect(failure).toBe("none");
    expect(after).toBeGreaterThan(3000);
  });

  test("where the answer comes too late, the other end gets a connection that ends", () => {
    const hosts = new TwoHosts(1);
    const lines: string[] = [];
    const { port } = hosts.farPort.listen({ host: "far", port: 0 }, () => recording("far", lines));
    hosts.faults.delay("near", "far", 4000);
    expect(tryToConnect(hosts, "far", port).failure).toBe("timeout");
    expect(lines).toEqual(["far closed by an error"]);
  });

  test("to a host without power fails, sometimes before it times out", () => {
    const failures = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const hosts = new TwoHosts(seed);
      const port = listening(hosts);
      hosts.network.host("far").powerOff();
      return tryToConnect(hosts, "far", port).failure;
    });
    expect([...new Set(failures)].sort()).toEqual(["timeout", "unreachable"]);
  });

  test("fails without descriptors, at whichever end", () => {
    const hosts = new TwoHosts(1);
    const port = listening(hosts);
    const end = hosts.faults.exhaustDescriptors("near");
    expect(tryToConnect(hosts, "far", port).failure).toBe("other");
    end();
    hosts.faults.exhaustDescriptors("far");
    expect(tryToConnect(hosts, "far", port).failure).toBe("none");
    expect(hosts.network.socketsOf(hosts.near)).toBe(0);
  });

  test("is refused once the listener has stopped, or its process is over", () => {
    const hosts = new TwoHosts(1);
    const listener = hosts.farPort.listen({ host: "far", port: 7 }, () => recording("far", []));
    listener.stop();
    expect(tryToConnect(hosts, "far", 7).failure).toBe("refused");
    listening(hosts);
    hosts.far.kill();
    expect(tryToConnect(hosts, "far", listener.port).failure).toBe("refused");
  });

  test("to a stopped process succeeds, and it accepts when it goes on", () => {
    const hosts = new TwoHosts(1);
    const port = listening(hosts);
    hosts.far.stop();
    expect(tryToConnect(hosts, "far", port).failure).toBe("none");
    expect(hosts.network.socketsOf(hosts.far)).toBe(0);
    hosts.far.goOn();
    hosts.pass(1000);
    expect(hosts.network.socketsOf(hosts.far)).toBe(1);
  });

  test("to a stopped process ends where the listener has stopped before it accepts", () => {
    const hosts = new TwoHosts(1);
    const listener = hosts.farPort.listen({ host: "far", port: 0 }, () => recording("far", []));
    hosts.far.stop();
    expect(tryToConnect(hosts, "far", listener.port).failure).toBe("none");
    listener.stop();
    hosts.far.goOn();
    hosts.pass(1000);
    expect(hosts.network.connections.size).toBe(0);
  });

  test("within a host goes by localhost", () => {
    const hosts = new TwoHosts(1);
    const { port } = hosts.farPort.listen({ host: "localhost", port: 0 }, () => recording("far", []));
    expect(tryToConnect(hosts, "127.0.0.1", port, hosts.farPort).failure).toBe("none");
    expect(tryToConnect(hosts, "far", port).failure).toBe("refused");
  });
});

describe("listening", () => {
  test("fails where somebody listens already, and on an address of another host", () => {
    const hosts = new TwoHosts(1);
    const port = listening(hosts);
    const failureOf = (host: string, port: number) => {
      try {
        hosts.farPort.listen({ host, port }, () => recording("far", []));
        return "none";
      } catch (error) {
        return error instanceof ListenError ? error.failure : String(error);
      }
    };
    expect(failureOf("far", port)).toBe("in-use");
    expect(failureOf("near", 9)).toBe("no-such-address");
    expect(failureOf("far", port + 1)).toBe("none");
  });
});

describe("a connection", () => {
  test("of a process that is killed ends at the other end", () => {
    const hosts = new TwoHosts(1);
    const lines: string[] = [];
    hosts.connect(lines);
    hosts.near.kill();
    hosts.pass(1000);
    expect(lines).toEqual(["far closed"]);
    expect(hosts.network.connections.size).toBe(0);
  });

  test("of a machine without power says nothing until the machine is back and is spoken to", () => {
    const hosts = new TwoHosts(1);
    const lines: string[] = [];
    const { far } = hosts.connect(lines);
    const end = hosts.network.host("near").powerOff();
    hosts.near.kill();
    far.write(new Uint8Array(1));
    hosts.pass(60_000);
    expect(lines).toEqual([]);
    end();
    hosts.pass(60_000);
    expect(lines).toEqual(["far closed by an error"]);
  });

  test("that a router has lost is still there for both ends, and carries nothing", () => {
    const hosts = new TwoHosts(1);
    const lines: string[] = [];
    const { near, far } = hosts.connect(lines);
    hosts.faults.loseConnections("near", "far");
    near.write(new Uint8Array(1));
    far.write(new Uint8Array(1));
    hosts.pass(60_000);
    expect(lines).toEqual([]);
    near.destroy();
    hosts.pass(60_000);
    expect(lines).toEqual(["near closed"]);
  });

  test("that is half open is gone at one end alone", () => {
    const hosts = new TwoHosts(1);
    const lines: string[] = [];
    const { near } = hosts.connect(lines);
    hosts.faults.halfOpen("far");
    near.write(new Uint8Array(1));
    hosts.pass(60_000);
    expect(lines).toEqual(["far closed by an error"]);
  });

  test("to a stopped process takes what its buffer holds, and no more until it goes on", () => {
    const hosts = new TwoHosts(1);
    const lines: string[] = [];
    const { near } = hosts.connect(lines);
    hosts.far.stop();
    let taken = 0;
    for (let round = 0; round < 100; round++) {
      taken += near.write(new Uint8Array(1_000_000));
      hosts.pass(1000);
    }
    expect(near.write(new Uint8Array(1))).toBe(0);
    expect(lines.filter((line) => line.startsWith("far"))).toEqual([]);
    hosts.far.goOn();
    hosts.pass(60_000);
    expect(lines).toContain(`far got ${taken}`);
  });

  test("through a one-way partition carries one direction, as long as the buffers hold it", () => {
    const hosts = new TwoHosts(1);
    const lines: string[] = [];
    const { near, far } = hosts.connect(lines);
    const end = hosts.faults.oneWayPartition("near", "far");
    near.write(new Uint8Array(10));
    far.write(new Uint8Array(20));
    hosts.pass(10_000);
    expect(lines).toEqual(["near got 20"]);
    end();
    hosts.pass(60_000);
    expect(lines).toEqual(["near got 20", "far got 10"]);
  });

  test("of a slow reader fills its buffers", () => {
    const hosts = new TwoHosts(1);
    const lines: string[] = [];
    const { near } = hosts.connect(lines);
    hosts.faults.slowReader("far", 60_000);
    near.write(new Uint8Array(1000));
    hosts.pass(30_000);
    expect(lines).toEqual([]);
    expect(hosts.network.bufferedBytesOf(hosts.far)).toBe(1000);
    hosts.pass(40_000);
    expect(lines).toEqual(["far got 1000"]);
  });
});
