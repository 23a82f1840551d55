import { expect, test } from "bun:test";
import { foreignReply, identifyClient, identifyServer } from "../../../../src/net/session/foreign-protocol.ts";

test.each([
  ["HTTP/1.1 400 Bad Request\r\n", "an HTTP server"],
  ['<!DOCTYPE HTML>\n<html lang="en">', "an HTTP server"],
  ["SSH-2.0-OpenSSH_9.2\r\n", "an SSH server"],
  ["220 mail.example ESMTP Postfix\r\n", "a mail server (SMTP)"],
  ["220 (vsFTPd 3.0.5)\r\n", "an FTP or mail server"],
  ["-ERR unknown command", "a Redis server"],
  ["* OK IMAP4rev1 ready", "a mail server (IMAP)"],
  ["+OK POP3 ready", "a mail server (POP3)"],
  ["\x15\x03\x01\x00\x02\x02\x46", "a TLS server"],
  ["E\0\0\0\x85SFATAL", "a PostgreSQL server"],
  ["J\0\0\0\n8.0.36", "a MySQL server"],
  ["RFB 003.008\n", "a VNC server"],
])("%p comes from %s", (text, what) => {
  expect(String(identifyServer(Buffer.from(text, "latin1")))).toBe(String(what));
});

test.each([
  ["GET / HTTP/1.1\r\nHost: a\r\n", "an HTTP client"],
  ["OPTIONS * HTTP/1.1\r\n", "an HTTP client"],
  ["PRI * HTTP/2.0\r\n", "an HTTP client"],
  ["\x16\x03\x01\x02\x00\x01", "a TLS client"],
  ["SSH-2.0-OpenSSH_9.2\r\n", "an SSH client"],
])("%p comes from %s", (text, what) => {
  const bytes = Buffer.from(text, "latin1");
  expect(String(identifyClient(bytes))).toBe(String(what));
  expect(foreignReply(bytes, "central") !== null).toBe(what !== "an SSH client");
});

test("a TLS client is told that nobody speaks TLS here, in bytes that are none of TLS", () => {
  const answer = foreignReply(Buffer.from("\x16\x03\x01\x02\x00\x01", "latin1"), "secondary");
  expect(Buffer.from(answer ?? []).toString()).toBe("This is a redes secondary without a key.\n");
});

test("what nobody knows", () => {
  for (const text of ["", "x", "\0\0\0\x05hello", "hello\n", "\xff\xfe"]) {
    const bytes = Buffer.from(text, "latin1");
    expect([identifyServer(bytes), identifyClient(bytes), foreignReply(bytes, "central")]).toEqual([null, null, null]);
  }
});

test("an HTTP client is answered so that it shows who is there", () => {
  const [head = "", body = ""] =
    Buffer.from(foreignReply(Buffer.from("GET / HTTP/1.0\r\n\r\n"), "secondary") ?? [])
      .toString()
      .split("\r\n\r\n") ?? [];
  expect(head).toStartWith("HTTP/1.1 400 ");
  expect(head).toContain(`Content-Length: ${body.length}`);
  expect(body).toContain("a redes secondary");
});
