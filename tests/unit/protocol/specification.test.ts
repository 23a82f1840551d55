import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { ERROR_CODES, PeerError } from "../../../src/protocol/errors.ts";
import { MAX_BATCH } from "../../../src/protocol/fields.ts";
import * as limits from "../../../src/protocol/limits.ts";
import { MESSAGE_RULES, ruleViolation } from "../../../src/protocol/message-rules.ts";
import { type MessageType, PROTOCOL_VERSION, schemas } from "../../../src/protocol/messages/messages.ts";
import { MAX_NAME_BYTES } from "../../../src/protocol/name.ts";
import {
  CENTRAL_HEARTBEAT,
  CENTRAL_RECONNECT,
  DATA_HEARTBEAT,
  FIGURES_INTERVAL_MS,
  GREETING_TIMEOUT_MS,
  HELD_BACK_INTERVAL_MS,
  HELD_BACK_TIMEOUT_MS,
  LINGER_MS,
  REPORT_TIMEOUT_MS,
  SOURCE_RECONNECT,
} from "../../../src/protocol/timing.ts";
import { MAX_PIECES, MAX_SIZE } from "../../../src/protocol/versions/version.ts";
import { fieldsOf, SCALARS, STRUCTURES, spell } from "./notation.ts";

const text = readFileSync(new URL("../../../src/protocol/README.md", import.meta.url), "utf8");

/** The rows of the table whose head begins with `column`, without back quotes. */
function table(column: string): string[][] {
  const lines = text.split("\n");
  const head = lines.findIndex((line) => line.split("|")[1]?.trim() === column);
  expect(head).toBeGreaterThanOrEqual(0);
  const rows: string[][] = [];
  for (const line of lines.slice(head + 2)) {
    if (!line.startsWith("|")) break;
    rows.push(
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.replaceAll("`", "").trim()),
    );
  }
  return rows;
}

describe("the specification says what the program does", () => {
  test("of every message: who, to whom, when, what, and the answer", () => {
    const expected = Object.entries(MESSAGE_RULES).map(([type, { from, right, to, states, answers, meaning }]) => [
      type,
      from.join(", "),
      right ?? "",
      to.join(", "),
      states.join(", "),
      fieldsOf(schemas[type as MessageType]),
      answers.join(", "),
      meaning,
    ]);
    expect(table("message")).toEqual(expected);
  });

  test("there is a rule for each message and a message for each rule", () => {
    expect(Object.keys(MESSAGE_RULES).sort()).toEqual(Object.keys(schemas).sort());
  });

  test("of every type and structure", () => {
    expect(table("type").map(([name, values]) => [name, values])).toEqual(
      [...SCALARS].map(([name, schema]) => [name, spell(schema)]),
    );
    expect(table("structure")).toEqual([...STRUCTURES].map(([name, schema]) => [name, fieldsOf(schema)]));
  });

  test("of every error code, and whether it is worth trying again", () => {
    expect(table("code").map(([code, retryable]) => [code, retryable])).toEqual(
      ERROR_CODES.map((code) => [code, new PeerError(code, "").retryable ? "yes" : "no"]),
    );
  });

  test("of the limits and the version", () => {
    const payload = /(\d+)$/.exec(spell(schemas.block.entries.payload))?.[1];
    const bounds: (number | readonly number[])[] = [
      ...[limits.MAX_HEADER_BYTES, limits.MAX_SMALL_HEADER_BYTES, limits.MAX_DEPTH],
      ...[Number(payload), MAX_BATCH, MAX_NAME_BYTES, MAX_PIECES, MAX_SIZE],
      [limits.MAX_REVOCATIONS, limits.MAX_UNSEEN_REVOCATIONS],
      limits.MAX_KNOWN_KEYS,
      ...[limits.MAX_CONNECTIONS, 100 * limits.ADDRESS_SHARE, limits.MAX_UNFINISHED_CONNECTIONS],
      GREETING_TIMEOUT_MS,
      [CENTRAL_HEARTBEAT.deadAfterMs, DATA_HEARTBEAT.deadAfterMs],
      [limits.MESSAGES_PER_SECOND, limits.MAX_MESSAGE_BURST],
      limits.MAX_TURN_MS,
      [limits.FRAME_TIMEOUT_MS, limits.PAYLOAD_STEP_BYTES],
      ...[limits.MAX_ANSWERED_BACKLOG_BYTES, limits.MAX_BACKLOG_BYTES],
      [limits.READ_TIMEOUT_MS, limits.SCARCE_READ_TIMEOUT_MS],
      [limits.MAX_SERVER_BACKLOG_BYTES, limits.BACKLOG_SHARE_BYTES],
      ...[limits.MAX_SOURCES, limits.MAX_STATE_SAID, limits.MAX_WATCHED_PER_SESSION],
      [limits.MAX_DOWNLOADS_PER_SESSION, limits.MAX_DOWNLOADS],
      limits.MAX_QUESTIONS_PER_SESSION,
      [limits.MAX_PIECE_REQUESTS, limits.MAX_FILES_REQUESTS],
      ...[limits.MAX_UPLOADS, limits.MAX_UNTAKEN],
      [limits.UPLOAD_IDLE_MS, limits.UPLOAD_IDLE_BYTES],
      limits.UPLOAD_ROOM_BYTES,
      [limits.MAX_HALF_UPLOADS, 100 * limits.HALF_UPLOADS_SHARE, limits.HALF_UPLOAD_AGE_MS],
      ...[limits.MAX_REPORTS_PER_SESSION, limits.MAX_KEPT_REPORTS],
      ...[limits.MAX_SECONDARIES, limits.MAX_NAMES_PER_SECONDARY],
      [limits.MAX_COUNTED_FILES, limits.MAX_COUNTED_CLIENTS],
      limits.MAX_COUNTED_DOWNLOADS,
    ];
    expect(table("limit").map(([, bound = ""]) => bound.split(", ").map(Number))).toEqual(
      bounds.map((bound) => [bound].flat()),
    );
    expect(text).toContain(`Version ${PROTOCOL_VERSION}.`);
  });

  test("of the times", () => {
    const heartbeats = [CENTRAL_HEARTBEAT, DATA_HEARTBEAT];
    const times = [
      [GREETING_TIMEOUT_MS],
      heartbeats.map(({ pingAfterMs }) => pingAfterMs),
      heartbeats.map(({ deadAfterMs }) => deadAfterMs),
      [LINGER_MS],
      [REPORT_TIMEOUT_MS],
      [FIGURES_INTERVAL_MS],
      [HELD_BACK_INTERVAL_MS, HELD_BACK_TIMEOUT_MS],
      ...[CENTRAL_RECONNECT, SOURCE_RECONNECT].map(({ firstMs, longestMs }) => [firstMs, longestMs]),
    ];
    expect(table("what").map(([, value = ""]) => value.split(", ").map(Number))).toEqual(times);
  });

  test("every answer may be sent back by whoever was asked", () => {
    for (const [type, { from, to, answers }] of Object.entries(MESSAGE_RULES)) {
      for (const answer of answers) {
        for (const asked of to) {
          const possible = from.some((asker) =>
            (["greeting", "joining", "open"] as const).some(
              (state) => ruleViolation(answer, asked, asker, state) === null,
            ),
          );
          expect(`${type} → ${answer} by ${asked}: ${possible}`).toBe(`${type} → ${answer} by ${asked}: true`);
        }
      }
    }
  });

  test("the diagrams speak of messages that exist", () => {
    const diagrams = [...text.matchAll(/->>\w+: (\w+) \{/g)].map((match) => match[1] ?? "");
    expect(diagrams.length).toBeGreaterThan(20);
    for (const type of diagrams) expect(Object.keys(schemas)).toContain(type);
  });
});
