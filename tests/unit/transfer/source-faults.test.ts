import { beforeEach, describe, expect, test } from "bun:test";
import type { Log } from "../../../src/platform/log/log.ts";
import type { ConnectionFault } from "../../../src/transfer/connection/messages.ts";
import type { Source } from "../../../src/transfer/source.ts";
import { SourceFaults } from "../../../src/transfer/source-faults.ts";

let events: string[];
let faults: SourceFaults;

beforeEach(() => {
  events = [];
  const warn = (event: string, text: string) => void events.push(`${event}: ${text}`);
  const log: Log = { info() {}, warn, error: warn };
  faults = new SourceFaults("film", log, (number, piece) => void events.push(`reported ${number} ${piece}`));
});

function source(number: number, before = 0) {
  const made = {
    ...{ number, address: `s${number}:1`, faults: before },
    wrongPieceReceived: () => void events.push(`doubted ${number}`),
    disconnect: () => void events.push(`disconnected ${number}`),
  };
  return made as typeof made & Source;
}

const line = (number: number, what: string, event = "bad-source") => {
  return `${event}: film: secondary ${number} (s${number}:1) ${what}; others are asked`;
};

describe("the end of a connection", () => {
  const ends: [ConnectionFault["fault"], number, string[]][] = [
    ["offence", 1, [line(1, "sent garbage"), "doubted 1", "reported 1 null"]],
    ["cut", 1, [line(1, "sent garbage")]],
    ["stranger", 1, [line(1, "is not there: sent garbage")]],
    [null, 0, []],
  ];
  test.each(ends)("with the fault %p counts %d, and is reported where it is an answer of the source", (...end) => {
    const [fault, count, expected] = end;
    const one = source(1);
    faults.recordEnd(one, { cause: "source", fault, message: "sent garbage" });
    expect([one.faults, events]).toEqual([count, expected]);
  });

  test("because of somebody else at the address is told once", () => {
    const one = source(1, 1);
    faults.recordEnd(one, { cause: "source", fault: "stranger", message: "it is a web server" });
    expect([one.faults, events]).toEqual([1, []]);
  });
});

test("a wrong piece is told with its number, and reported", () => {
  const one = source(1);
  faults.recordAndReport(one, 7, "sent wrong bytes for piece 7");
  expect([one.faults, events]).toEqual([
    1,
    [line(1, "sent wrong bytes for piece 7", "bad-piece"), "doubted 1", "reported 1 7"],
  ]);
});

test("a source that sends nothing is disconnected, unless it is gone by then", () => {
  const one = source(1);
  faults.disconnectStalled({ get: (number) => (number === 1 ? one : undefined) }, [2, 1]);
  expect([one.faults, events]).toEqual([1, [line(1, "has sent nothing for a long time"), "disconnected 1"]]);
});

test("a source that says what cannot be true is reported and disconnected", () => {
  const one = source(1);
  faults.rejectVersion(one, "says that it has pieces which the file has not");
  expect(events).toEqual([
    line(1, "says that it has pieces which the file has not"),
    ...["doubted 1", "reported 1 null", "disconnected 1"],
  ]);
});
