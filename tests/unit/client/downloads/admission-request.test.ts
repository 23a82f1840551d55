import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { AdmissionRequest } from "../../../../src/client/downloads/admission-request.ts";
import type { Messages } from "../../../../src/protocol/messages/messages.ts";
import { DownloadJobFixture, NAME } from "./download-job-fixture.ts";

const DOWNLOAD = "1".repeat(32);
const GRANT: Messages["granted"] = {
  type: "granted",
  download: DOWNLOAD,
  name: NAME,
  id: "a".repeat(64),
  size: 1,
  modified: 0,
  blake3: null,
  sha256: null,
};

let fixture: DownloadJobFixture;
let request: AdmissionRequest;
let grants: Messages["granted"][];
/** Each time that it was given up: kind and reason. */
let givenUp: string[];

beforeEach(() => {
  fixture = new DownloadJobFixture();
  grants = [];
  givenUp = [];
});

afterEach(() => {
  fixture.stop();
});

function begin(giveUpAfterMs: number): void {
  request = new AdmissionRequest(
    fixture.deps,
    { download: DOWNLOAD, name: NAME, giveUpAfterMs },
    {
      granted: (grant) => void grants.push(grant),
      gaveUp: (failure, message) => void givenUp.push(`${failure}: ${message}`),
    },
  );
}

async function enter(): Promise<void> {
  fixture.central.start();
  fixture.session.start();
  await fixture.until("it has entered", () => fixture.session.connected);
  request.connected();
  await fixture.pass(50);
}

function deny(code: Messages["denied"]["code"], message: string): void {
  request.denied({ type: "denied", download: DOWNLOAD, code, message });
}

function queue(position: number, estimate: number | null = null): void {
  request.queued({ type: "queued", download: DOWNLOAD, position, estimate });
}

const asked = () => fixture.central.all("download").length;

describe("a request for admission", () => {
  test("asks when there is a session, and passes on what is granted", async () => {
    begin(10_000);
    expect(request.note()).toBe("connecting to the central");
    await enter();
    expect([asked(), request.note()]).toEqual([1, "asking the central"]);
    request.granted(GRANT);
    expect([grants, givenUp]).toEqual([[GRANT], []]);
    await fixture.pass(20_000);
    expect([grants.length, givenUp, asked()]).toEqual([1, [], 1]);
  });

  test("that is denied for now asks again twice a second, and says why", async () => {
    begin(Number.POSITIVE_INFINITY);
    await enter();
    deny("not-synchronized", "secondary 2 is missing");
    expect(request.note()).toBe("waiting: secondary 2 is missing");
    await fixture.pass(450);
    expect(asked()).toBe(1);
    await fixture.pass(100);
    expect(asked()).toBe(2);
    deny("not-synchronized", "secondary 2 is missing");
    deny("busy", "too many");
    const logged = fixture.logged.filter((line) => line.startsWith("not-yet"));
    expect(logged).toEqual([
      `not-yet: ${NAME}: the central says: secondary 2 is missing`,
      `not-yet: ${NAME}: the central says: too many`,
    ]);
  });

  test("for a file that is not in the catalogue is given up at once", async () => {
    begin(10_000);
    await enter();
    deny("no-such-file", "there is none");
    expect(givenUp).toEqual(["no-such-file: there is no file film.mkv"]);
    await fixture.pass(2000);
    expect(asked()).toBe(1);
  });

  test("that is lost with its central waits for the next one, and asks it", async () => {
    begin(10_000);
    await enter();
    deny("busy", "too many");
    request.disconnected("the central cannot be reached", true);
    fixture.central.stop();
    await fixture.pass(50);
    expect(request.note()).toBe("waiting for the central");
    await fixture.pass(1000);
    expect(asked()).toBe(1);
    fixture.central.start();
    await fixture.until("it has entered again", () => fixture.session.connected);
    request.connected();
    await fixture.pass(50);
    expect([asked(), request.note()]).toEqual([2, "asking the central"]);
  });
});

describe("in the central's queue", () => {
  test("its place is shown, and logged when it changes", async () => {
    begin(10_000);
    await enter();
    queue(3, 90);
    expect(request.note()).toBe("waiting, place 3  ~90 s");
    queue(3, 80);
    expect(request.note()).toBe("waiting, place 3  ~80 s");
    queue(2);
    expect(request.note()).toBe("waiting, place 2");
    expect(fixture.logged.filter((line) => line.startsWith("queued"))).toEqual([
      `queued: ${NAME}: waiting, place 3, in about 1 min 30 s`,
      `queued: ${NAME}: waiting, place 2`,
    ]);
  });

  test("its place is logged again with another central", async () => {
    begin(10_000);
    await enter();
    queue(3);
    request.disconnected("gone", true);
    expect(request.note()).toBe("waiting: gone");
    queue(3);
    expect(fixture.logged.filter((line) => line.startsWith("queued"))).toHaveLength(2);
  });

  test("it waits for ever", async () => {
    begin(1000);
    await enter();
    queue(3);
    await fixture.pass(10_000);
    expect(givenUp).toEqual([]);
    request.granted(GRANT);
    expect(grants).toHaveLength(1);
  });

  test("the time that it may wait begins anew when its place is lost", async () => {
    begin(1000);
    await enter();
    queue(3);
    await fixture.pass(5000);
    request.disconnected("gone", true);
    await fixture.pass(900);
    expect(givenUp).toEqual([]);
    await fixture.pass(1200);
    expect(givenUp).toEqual(["unreachable: gone"]);
  });
});

describe("a request that waits for too long", () => {
  test("without any central says that there was no answer", async () => {
    begin(1000);
    await fixture.pass(990);
    expect(givenUp).toEqual([]);
    await fixture.pass(20);
    expect(givenUp).toEqual(["unreachable: the central central:50000 has not answered"]);
  });

  test("says why the last try failed, which is no sign of life", async () => {
    begin(1000);
    await fixture.pass(900);
    request.disconnected("nobody listens", false);
    await fixture.pass(200);
    expect(givenUp).toEqual(["unreachable: nobody listens"]);
  });

  test("waits as long again when there was a session meanwhile", async () => {
    begin(1000);
    await fixture.pass(900);
    request.disconnected("it is lost", true);
    await fixture.pass(900);
    expect(givenUp).toEqual([]);
    await fixture.pass(200);
    expect(givenUp).toEqual(["unreachable: it is lost"]);
  });

  test("says what the central has said", async () => {
    begin(1000);
    await enter();
    deny("not-synchronized", "secondary 2 is missing");
    await fixture.pass(1200);
    expect(givenUp).toEqual(["failed: secondary 2 is missing"]);
    await fixture.pass(2000);
    expect(givenUp).toHaveLength(1);
  });

  test("may wait for ever", async () => {
    begin(Number.POSITIVE_INFINITY);
    await fixture.pass(60_000);
    expect(givenUp).toEqual([]);
  });
});
