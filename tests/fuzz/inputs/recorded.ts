import fc from "fast-check";
import { type MessageType, payloadLength, schemas } from "../../../src/protocol/messages/messages.ts";
import type { Role } from "../../../src/protocol/messages/session.ts";
import { hostileMessages, typesFrom } from "../../support/hostile.ts";
import { largestMessage } from "../../support/samples.ts";
import { FILE, FILE_NAME, SMALL } from "../world/content.ts";
import { startClient } from "../world/honest-client.ts";
import { startCentral, startLink, startPieceServer, startSmallFiles } from "../world/honest-servers.ts";
import type { Scratch } from "../world/scratch.ts";
import { UploadSite } from "../world/upload-site.ts";
import { CENTRAL, SOURCE, World } from "../world/world.ts";
import type { Conversation, Step } from "./conversation.ts";
import { conversationsAt, RecordingNetwork } from "./recording-network.ts";

/** What honest peers say, by who says it to whom: `client to central`. */
export type Recorded = ReadonlyMap<string, readonly Conversation[]>;

/** Random valid frames of each kind of session. */
const GENERATED = 600;

/** Runs a central, a secondary, a client that downloads, one that uploads and a copy of small files, and writes down what they say. */
export async function record(scratch: Scratch): Promise<Recorded> {
  const world = new World();
  const network = new RecordingNetwork(world.network);
  const running = await startCentral(world, network);
  const link = startLink(world, network, 1);
  const site = new UploadSite(world, scratch);
  const pieces = await startPieceServer(world, network, scratch, site.uploads);
  await world.pass(500);
  const client = startClient(world, network, 60_000);
  await world.until(() => client.session.connected, 1000);
  const folder = scratch.folder();
  const asked = Promise.all([client.get(folder), client.session.list(), client.session.status()]);
  const small = startSmallFiles(world, network, folder);
  let over = false;
  void asked.finally(() => {
    over = true;
  });
  const isOver = () => over && small.events.some(({ kind }) => kind === "stored");
  // As slowly as the disk works: sessions that wait would say ping.
  while (!isOver()) await world.pass(1, 1);
  const [{ result }] = await asked;
  if (result.event !== "done") throw new Error(`an honest download has failed: ${result.error}`);
  for (const [name, content] of [
    ["b", FILE],
    ["dir/c", SMALL],
  ] as const)
    if (!(await site.putHonestly(network, name, content))) throw new Error("an honest upload has failed");
  site.remove();
  small.connection.send({ kind: "stop" });
  client.session.stop();
  link.stop();
  pieces.server.stop();
  await running.stop();
  await world.pass(1500);
  const kinds = [
    conversationsAt(network, CENTRAL, "secondary", "central"),
    conversationsAt(network, CENTRAL, "client", "central"),
    conversationsAt(network, SOURCE, "client", "secondary"),
    conversationsAt(network, SOURCE, "secondary", "secondary"),
  ];
  const recorded = new Map<string, Conversation[]>();
  for (const { asked: said, answered } of kinds) {
    for (const conversation of [...said, ...answered]) {
      const key = `${conversation.from} to ${conversation.to}`;
      recorded.set(key, [...(recorded.get(key) ?? []), conversation]);
    }
  }
  return recorded;
}

/** Valid frames that may come from one role to another. The same for the same seed. */
export function framesFor(from: Role, to: Role, seed: number): Step[] {
  return sample(typesFrom(from, to), seed);
}

/** Valid frames of every kind. The same for the same seed. */
export function allFrames(seed: number): Step[] {
  return sample(Object.keys(schemas) as MessageType[], seed);
}

function sample(types: readonly MessageType[], seed: number): Step[] {
  const pools = {
    version: [FILE.version.id, SMALL.version.id, "a".repeat(64), "b".repeat(64)],
    "file name": [FILE_NAME, "b", "dir/c", "__proto__", "a/b"],
    request: [0, 1, 2, 3, 4, 5, 6, 0xffff_ffff],
  };
  const ids = new Uint8Array(Buffer.from(FILE.version.id + SMALL.version.id, "hex"));
  const payloads = [ids, new Uint8Array(FILE.hashes), new Uint8Array(SMALL.bytes)];
  const messages = fc.sample(hostileMessages(types, pools, payloads), { seed, numRuns: GENERATED });
  return messages.map(({ message, payload }) => step(message, payload));
}

/** Of each kind that may come from one role to another, the largest frame. */
export function largestFrames(from: Role, to: Role): Step[] {
  return typesFrom(from, to)
    .map(largestMessage)
    .map((message) => step(message, new Uint8Array(payloadLength(message))));
}

function step(header: unknown, payload: Uint8Array): Step {
  return { header, payload, after: 0, claimedLength: null };
}
