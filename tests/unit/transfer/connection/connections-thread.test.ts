import { beforeAll, expect, test } from "bun:test";
import { newClusterKey } from "../../../../src/keys/issue.ts";
import { keyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import { TokenBucket } from "../../../../src/platform/pacing/token-bucket.ts";
import { startConnectionsThread, type ThreadMessage } from "../../../../src/transfer/connection/connections-thread.ts";

const NOW = Date.now();
const revocation = (digit: string) => ({ fingerprint: digit.repeat(64), until: NOW });

let keys: KeyRing;

beforeAll(async () => {
  const contents = await newClusterKey(NOW);
  keys = new KeyRing(await keyMaterial([{ path: "key", contents }], { role: "secondary", number: 1 }, NOW));
});

test("a thread learns the revocations that there are, each new one, and new keys, until it is stopped", () => {
  const posted: ThreadMessage[] = [];
  const begun: unknown[] = [];
  const start = (material: unknown) => {
    begun.push(material);
    return { post: (message: ThreadMessage) => void posted.push(message), listen() {}, stop() {} };
  };
  const early = startConnectionsThread(keys, null, start);
  expect(posted).toEqual([]);
  keys.revocations.add([revocation("1")]);
  keys.replace(keys.current);
  const expected: ThreadMessage[] = [{ revoked: [revocation("1")] }, { keys: keys.current }];
  expect(posted).toEqual(expected);
  early.stop();
  posted.length = 0;

  const late = startConnectionsThread(keys, null, start);
  keys.revocations.add([revocation("2")]);
  expect(posted).toEqual([{ revoked: [revocation("1")] }, { revoked: [revocation("2")] }]);
  late.stop();
  keys.revocations.add([revocation("3")]);
  keys.replace(keys.current);
  expect(posted).toHaveLength(2);
  expect(begun).toEqual([keys.current, keys.current]);
  startConnectionsThread(null, null, start).stop();
  expect(begun).toHaveLength(3);
});

test("a thread learns the limit of all that it receives first of all", () => {
  const posted: ThreadMessage[] = [];
  const start = () => ({ post: (message: ThreadMessage) => void posted.push(message), listen() {}, stop() {} });
  const limit = new TokenBucket();
  startConnectionsThread(keys, limit, start).stop();
  expect(posted[0]).toEqual({ limit: limit.memory });
});
