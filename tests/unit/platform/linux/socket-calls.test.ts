import { expect, test } from "bun:test";
import { once } from "node:events";
import net from "node:net";
import { connectionsAt } from "../../../../src/platform/linux/socket-calls.ts";

test("the connections at a port are found, and one that stays is the same object at each look", async () => {
  const accepted: net.Socket[] = [];
  const server = net.createServer((socket) => void accepted.push(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const place = server.address();
  const port = typeof place === "object" && place ? place.port : 0;
  const connect = async () => {
    const accepting = once(server, "connection");
    const socket = net.connect(port, "127.0.0.1");
    await Promise.all([once(socket, "connect"), accepting]);
    return socket;
  };
  const end = async (socket: net.Socket) => {
    const own = accepted.find(({ remotePort }) => remotePort === socket.localPort);
    const closed = [once(socket, "close"), ...(own ? [once(own, "close")] : [])];
    socket.destroy();
    own?.destroy();
    await Promise.all(closed);
  };
  const [first, second] = [await connect(), await connect()];
  const before = connectionsAt(port);
  expect(before.map(({ host, port }) => [host, port]).sort()).toEqual(
    [first, second].map(({ localPort }) => ["127.0.0.1", localPort ?? 0]).sort(),
  );
  const secondFound = before.find(({ port }) => port === second.localPort);
  // The next one has its descriptor.
  await end(first);
  const third = await connect();
  const after = connectionsAt(port, before);
  expect(after).toHaveLength(2);
  expect(after.find(({ port }) => port === second.localPort)).toBe(secondFound);
  expect(after.find(({ port }) => port === third.localPort)).toBeDefined();
  expect(after.some(({ port }) => port === first.localPort)).toBe(false);
  for (const socket of [second, third]) await end(socket);
  server.close();
  await once(server, "close");
});
