import { expect, test } from "bun:test";
import { playlist, playlistRoute } from "../../../../src/http/client/playlist.ts";
import type { HttpRequest } from "../../../../src/http/server/router.ts";

test("a playlist has the title and the whole address of each file", () => {
  const files = [
    { name: "a/film 1.mkv", query: "" },
    { name: "#2.mp4", query: "signature=s" },
  ];
  expect(playlist(files, "http://h:1")).toBe(
    "#EXTM3U\n#EXTINF:-1,film 1.mkv\nhttp://h:1/files/a/film%201.mkv\n#EXTINF:-1,#2.mp4\nhttp://h:1/files/%232.mp4?signature=s\n",
  );
});

test("a folder is meant with a slash behind it or without, and the addresses are those by which it was asked for", async () => {
  const asked: string[] = [];
  const route = playlistRoute({
    async playlist(folder) {
      asked.push(folder);
      return folder === "none/"
        ? { kind: "missing" }
        : { kind: "playlist", files: [{ name: `${folder}film`, query: "" }] };
    },
  });
  const answers: [number, string][] = [];
  for (const folder of ["films", "films/", "", "none"]) {
    const url = `http://box:8080/playlist.m3u8?folder=${folder}`;
    const request = { raw: new Request(url), query: new URL(url).searchParams } as unknown as HttpRequest;
    const response = await route.handle(request);
    answers.push([response.status, (await response.text()).split("\n").at(-2) ?? ""]);
  }
  expect(asked).toEqual(["films/", "films/", "", "none/"]);
  expect(answers).toEqual([
    [200, "http://box:8080/files/films/film"],
    [200, "http://box:8080/files/films/film"],
    [200, "http://box:8080/files/film"],
    [404, "there is no folder none/"],
  ]);
});
