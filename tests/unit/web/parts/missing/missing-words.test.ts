import { expect, test } from "bun:test";
import type { Lacking } from "../../../../../src/http/api/central-answers.ts";
import { missingWords } from "../../../../../src/web/parts/missing/missing-words.ts";
import { localizationFor } from "../../../../../src/web/text/language-context.ts";

const words = (missing: Lacking) =>
  ["en-US", "es-ES"].map((locale) => {
    const { text, format } = localizationFor([locale]);
    return missingWords(missing, text.missing, format);
  });
const none = { numbers: [], more: false };

test("who has not come, and whose disk is away", () => {
  expect(words({ kind: "secondaries", sharing: 1, wanted: 3, unregistered: 2, withoutDisk: none })).toEqual([
    "1 of 3 servers share their folders. 2 have not registered with the central yet.",
    "1 de 3 servidores comparten su carpeta. Faltan 2 por registrarse en el central.",
  ]);
  const withoutDisk = { numbers: [2], more: false };
  expect(words({ kind: "secondaries", sharing: 1, wanted: 2, unregistered: 0, withoutDisk })).toEqual([
    "1 of 2 servers share their folders. The disk of server 2 cannot be found.",
    "1 de 2 servidores comparten su carpeta. No se encuentra el disco del servidor 2.",
  ]);
});

test("servers are named, and others counted in", () => {
  expect(words({ kind: "announcements", of: { numbers: [4], more: false } })).toEqual([
    "Server 4 has not told which files it has yet.",
    "El servidor 4 aún no ha dicho qué archivos tiene.",
  ]);
  expect(words({ kind: "disks", withoutDisk: { numbers: [1, 2], more: true } })).toEqual([
    "The disks of servers 1, 2 and others cannot be found.",
    "No se encuentran los discos de los servidores 1, 2 y otros.",
  ]);
});

test("what is still to be done, and that there is nobody", () => {
  expect(words({ kind: "copies", count: 1200 })).toEqual([
    "1,200 copies of files still to be made.",
    "Quedan 1.200 copias de archivos por hacer.",
  ]);
  expect(words({ kind: "comparison" })[1]).toBe("Todavía se compara lo que tienen los servidores.");
  expect(words({ kind: "registration" })[0]).toBe("No server is registered with the central.");
  expect(words({ kind: "central" })[1]).toBe(
    "No se puede contactar con el central: este cliente lo intenta de nuevo por sí mismo.",
  );
});
